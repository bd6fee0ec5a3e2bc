"""Build the ONNX graph of a BERT sentence encoder from its published weights.

The graph takes ``input_ids`` and ``attention_mask`` and returns ``sentence_embedding``: the
transformer, the pooling and the scaling to length 1 in one file. Only standard operators are used
(opset 20), and equal weights give equal bytes whatever the version of ``onnx``, so that the built
file can be pinned by its SHA-256.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django_helpcenter.backends.embeddings.install.safetensors import read_safetensors
from django_helpcenter.exceptions import ModelInstallError

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    import onnx
    from numpy.typing import NDArray

    Tensor = NDArray[np.float32] | NDArray[np.int64]

#: LayerNormalization came with opset 17, Gelu with 20; onnxruntime reads both since 1.17.
OPSET = 20
IR_VERSION = 9
#: Added to the scores of padding, so that softmax gives it no weight.
MASKED = -3.0e38


@dataclass(frozen=True, slots=True)
class EncoderShape:
    """The numbers of ``config.json`` that shape the graph."""

    layers: int
    heads: int
    hidden: int
    epsilon: float

    @property
    def head_size(self) -> int:
        return self.hidden // self.heads


def read_shape(path: Path) -> EncoderShape:
    """Read ``config.json``; raises ModelInstallError on an architecture that is not plain BERT."""
    try:
        config: dict[str, Any] = json.loads(path.read_bytes())
        shape = EncoderShape(
            layers=int(config["num_hidden_layers"]),
            heads=int(config["num_attention_heads"]),
            hidden=int(config["hidden_size"]),
            epsilon=float(config["layer_norm_eps"]),
        )
    except (OSError, ValueError, KeyError, TypeError) as exc:
        raise ModelInstallError(f"{path} does not describe a model: {exc!r}") from exc
    kind = (
        config.get("model_type"),
        config.get("hidden_act"),
        config.get("position_embedding_type", "absolute"),
    )
    if kind != ("bert", "gelu", "absolute"):
        raise ModelInstallError(
            f"{path} describes a model of kind {kind}; only plain BERT can be built."
        )
    return shape


def build_graph(folder: Path, pooling: str, target: Path) -> None:
    """Write the graph of the model in ``folder`` to ``target``.

    ``folder`` holds ``model.safetensors`` and ``config.json``. Needs the packages of the extra
    ``onnx-build``. Raises ModelInstallError.
    """
    shape = read_shape(folder / "config.json")
    tensors = read_safetensors(folder / "model.safetensors")
    try:
        model = _GraphBuilder(shape, tensors).build(pooling)
    except KeyError as exc:
        raise ModelInstallError(f"model.safetensors has no tensor {exc}.") from exc
    target.write_bytes(model.SerializeToString(deterministic=True))


class _GraphBuilder:
    """Collects nodes and initializers; every method returns the name of its result."""

    def __init__(self, shape: EncoderShape, tensors: dict[str, NDArray[np.float32]]) -> None:
        self.shape = shape
        self.tensors = tensors
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: list[onnx.TensorProto] = []

    def build(self, pooling: str) -> onnx.ModelProto:
        from onnx import TensorProto, helper

        mask, bias = self._masks()
        hidden = self._embeddings()
        for layer in range(self.shape.layers):
            hidden = self._layer(layer, hidden, bias)
        self._pooled(hidden, mask, pooling)
        ids = [
            helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "sequence"])
            for name in ("input_ids", "attention_mask")
        ]
        vectors = helper.make_tensor_value_info(
            "sentence_embedding", TensorProto.FLOAT, ["batch", self.shape.hidden]
        )
        graph = helper.make_graph(self.nodes, "encoder", ids, [vectors], self.initializers)
        return helper.make_model(
            graph,
            producer_name="django-helpcenter",
            ir_version=IR_VERSION,
            opset_imports=[helper.make_opsetid("", OPSET)],
        )

    def _masks(self) -> tuple[str, str]:
        """Return the mask as [batch, sequence, 1] floats and as a bias on attention scores."""
        floats = self._op("Cast", ["attention_mask"], "mask/float", to=1)
        column = self._op("Unsqueeze", [floats, self._ints("axis_last", [2])], "mask/column")
        row = self._op("Unsqueeze", [floats, self._ints("axes_heads", [1, 2])], "mask/row")
        inverse = self._op("Sub", [self._floats("one", 1.0), row], "mask/inverse")
        bias = self._op("Mul", [inverse, self._floats("masked", MASKED)], "mask/bias")
        return column, bias

    def _embeddings(self) -> str:
        words = self._weight("embeddings/words", "embeddings.word_embeddings.weight")
        # One text per input: the token type is always 0, so its row joins the position table.
        table = (
            self.tensors["embeddings.position_embeddings.weight"]
            + self.tensors["embeddings.token_type_embeddings.weight"][0]
        )
        gathered = self._op("Gather", [words, "input_ids"], "embeddings/gathered")
        length = self._op("Shape", ["input_ids"], "embeddings/length", start=1)
        positions = self._op(
            "Slice",
            [self._tensor("embeddings/table", table), self._ints("zero", [0]), length],
            "embeddings/positions",
        )
        total = self._op("Add", [gathered, positions], "embeddings/sum")
        return self._layer_norm("embeddings", "embeddings.LayerNorm", total)

    def _layer(self, number: int, hidden: str, bias: str) -> str:
        here, there = f"layer{number}", f"encoder.layer.{number}."
        context = self._attention(here, there + "attention.self.", hidden, bias)
        output = self._linear(f"{here}/output", there + "attention.output.dense", context)
        total = self._op("Add", [output, hidden], f"{here}/residual")
        norm = self._layer_norm(f"{here}/attended", there + "attention.output.LayerNorm", total)
        inner = self._linear(f"{here}/inner", there + "intermediate.dense", norm)
        active = self._op("Gelu", [inner], f"{here}/gelu")
        outer = self._linear(f"{here}/outer", there + "output.dense", active)
        total = self._op("Add", [outer, norm], f"{here}/total")
        return self._layer_norm(here, there + "output.LayerNorm", total)

    def _attention(self, here: str, there: str, hidden: str, bias: str) -> str:
        heads, size = self.shape.heads, self.shape.head_size
        packed = self._packed(here, there, hidden)
        split = self._op(
            "Reshape", [packed, self._ints("split", [0, 0, 3, heads, size])], f"{here}/split"
        )
        turned = self._op("Transpose", [split], f"{here}/turned", perm=[2, 0, 3, 1, 4])
        query, key, value = (
            self._op("Gather", [turned, self._ints(f"part{part}", part)], f"{here}/{name}", axis=0)
            for part, name in enumerate(("query", "key", "value"))
        )
        key = self._op("Transpose", [key], f"{here}/key_turned", perm=[0, 1, 3, 2])
        scores = self._op("MatMul", [query, key], f"{here}/scores")
        biased = self._op("Add", [scores, bias], f"{here}/biased")
        weights = self._op("Softmax", [biased], f"{here}/weights", axis=-1)
        mixed = self._op("MatMul", [weights, value], f"{here}/mixed")
        back = self._op("Transpose", [mixed], f"{here}/back", perm=[0, 2, 1, 3])
        return self._op(
            "Reshape", [back, self._ints("join", [0, 0, self.shape.hidden])], f"{here}/context"
        )

    def _packed(self, here: str, there: str, hidden: str) -> str:
        """Multiply by query, key and value weights at once, the query already scaled."""
        import numpy as np

        scale = np.float32(1.0 / np.sqrt(self.shape.head_size))
        weights, biases = [], []
        for name, factor in (("query", scale), ("key", None), ("value", None)):
            weight = self.tensors[f"{there}{name}.weight"]
            bias = self.tensors[f"{there}{name}.bias"]
            weights.append(weight if factor is None else weight * factor)
            biases.append(bias if factor is None else bias * factor)
        weight_name = self._tensor(f"{here}/packed/weight", np.concatenate(weights).T)
        bias_name = self._tensor(f"{here}/packed/bias", np.concatenate(biases))
        product = self._op("MatMul", [hidden, weight_name], f"{here}/product")
        return self._op("Add", [product, bias_name], f"{here}/packed")

    def _pooled(self, hidden: str, mask: str, pooling: str) -> None:
        if pooling == "cls":
            pooled = self._op("Gather", [hidden, self._ints("part0", 0)], "pool/first", axis=1)
        else:
            axis = self._ints("axis_sequence", [1])
            kept = self._op("Mul", [hidden, mask], "pool/kept")
            total = self._op("ReduceSum", [kept, axis], "pool/total", keepdims=0)
            count = self._op("ReduceSum", [mask, axis], "pool/count", keepdims=0)
            pooled = self._op("Div", [total, count], "pool/mean")
        norm = self._op(
            "ReduceL2", [pooled, self._ints("axis_vector", [1])], "pool/norm", keepdims=1
        )
        self._op("Div", [pooled, norm], "sentence_embedding")

    def _linear(self, here: str, there: str, value: str) -> str:
        weight = self._tensor(f"{here}/weight", self.tensors[there + ".weight"].T)
        bias = self._weight(f"{here}/bias", there + ".bias")
        product = self._op("MatMul", [value, weight], f"{here}/product")
        return self._op("Add", [product, bias], f"{here}/sum")

    def _layer_norm(self, here: str, there: str, value: str) -> str:
        scale = self._weight(f"{here}/norm/scale", there + ".weight")
        shift = self._weight(f"{here}/norm/shift", there + ".bias")
        return self._op(
            "LayerNormalization",
            [value, scale, shift],
            f"{here}/norm",
            axis=-1,
            epsilon=self.shape.epsilon,
        )

    def _op(self, kind: str, inputs: list[str], output: str, **attributes: Any) -> str:
        from onnx import helper

        self.nodes.append(helper.make_node(kind, inputs, [output], name=output, **attributes))
        return output

    def _weight(self, name: str, tensor: str) -> str:
        return self._tensor(name, self.tensors[tensor])

    def _floats(self, name: str, value: float) -> str:
        import numpy as np

        return self._tensor(name, np.array(value, dtype=np.float32))

    def _ints(self, name: str, value: int | list[int]) -> str:
        import numpy as np

        return self._tensor(name, np.array(value, dtype=np.int64))

    def _tensor(self, name: str, values: Tensor) -> str:
        import numpy as np
        from onnx import numpy_helper

        if all(existing.name != name for existing in self.initializers):
            array = np.ascontiguousarray(values).reshape(values.shape)
            self.initializers.append(numpy_helper.from_array(array, name))
        return name
