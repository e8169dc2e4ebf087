"""Compiled counting for BLEU, chrF and TER.

Why numba: counting n-grams and searching shifts are loops over integers that Python can't run
fast. NumPy would have to sort all n-grams of every order and has no words for a shift search, and
a C extension would need a compiler or a wheel for every platform. Machine code is kept on disk
beside the source, or in the user's cache folder where that can't be written, so only the first
run ever compiles (seconds); later ones load it, and for BLEU and chrF do so without numba
(`mtqe.support.native`).

Why a thread pool over blocks of samples and not numba's own ``prange``: its OpenMP layer aborts
the process when a later `fork` (a data loader of torch) meets its threads, and its portable layer
can't be entered by two threads. The kernels release the interpreter's lock, which is all they need.

Why exact: n-grams are nodes of a trie with integer keys that are compared in full, words are
interned by comparing their characters. No hash stands in for a text.
"""
