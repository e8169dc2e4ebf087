# mtqe with its models, for machines without a network:
#   docker build --tag mtqe .
#   docker run --rm --network none --volume "$PWD:/work" mtqe run mtqe.toml
# Extras and Apertium are build arguments; docs/how-to/container.md has examples.

FROM debian:12-slim AS build
ARG EXTRAS=align,api,ctranslate2,excel,formats,ja,ko
# Debian's release is the bound here, as pyproject.toml's bounds are below.
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install --yes --no-install-recommends python3-venv \
 && rm -rf /var/lib/apt/lists/*
RUN python3 -m venv /opt/mtqe
ENV PATH=/opt/mtqe/bin:$PATH PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
# PyTorch first and apart: a layer that stays when mtqe alone has changed.
COPY pyproject.toml /src/
# hadolint ignore=DL3013
RUN torch=$(python3 -c "import tomllib; print(next(name for name in tomllib.load(open('/src/pyproject.toml', 'rb'))['project']['dependencies'] if name.startswith('torch')))") \
 && pip install --extra-index-url https://download.pytorch.org/whl/cpu "$torch"
COPY setup.py MANIFEST.in README.md LICENSE /src/
COPY references /src/references
COPY mtqe /src/mtqe
RUN pip install "/src[$EXTRAS]"

FROM debian:12-slim
ARG APERTIUM=
# Unquoted, so that several packages, or none, can be named.
# hadolint ignore=DL3008,SC2086
RUN apt-get update \
 && apt-get install --yes --no-install-recommends python3 $APERTIUM \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --create-home --uid 1000 mtqe \
 && install --directory --owner mtqe --group mtqe /work
COPY --from=build /opt/mtqe /opt/mtqe
USER 1000
ENV PATH=/opt/mtqe/bin:$PATH MTQE_HOME=/home/mtqe/.mtqe NUMBA_CACHE_DIR=/home/mtqe/.numba
WORKDIR /work
# A first run unpacks the models and compiles the kernels, so that the image has them.
RUN mtqe demo --output /tmp/demo && rm -rf /tmp/demo && mtqe cache clear
ENTRYPOINT ["mtqe"]
CMD ["--help"]
