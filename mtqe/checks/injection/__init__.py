"""Texts that try to steer a language model which reads them: a judge, or an engine."""
