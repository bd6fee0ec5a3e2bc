"""Models for the tests of this folder."""

from tests.model_fixtures import real_models_dir, tiny_model, tiny_models_dir

__all__ = ["real_models_dir", "tiny_model", "tiny_models_dir"]
