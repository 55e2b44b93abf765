"""What does ONNX specify that torch does otherwise?"""

import textwrap

import onnx

names = "Batch", "Layer", "Group", "Instance", "RMS"
for name in names:
    schema = onnx.defs.get_schema(name + "Normalization")
    defaults = {
        a.name: onnx.helper.get_attribute_value(a.default_value)
        for a in schema.attributes.values()
        if a.default_value.name
    }
    print(f"{schema.name}, opset {schema.since_version}:", end="")
    for attribute, value in defaults.items():
        print(f" {attribute}={value:.3g}", end="")
    print("\n  outputs", *(output.name for output in schema.outputs))

print()
batch = onnx.defs.get_schema("BatchNormalization")
lines = [line for line in batch.doc.splitlines() if "running_" in line]
print(*lines[-2:], sep="\n")
variance = batch.outputs[2].description.split(".")[1].strip()
print(textwrap.fill(variance, 79))
for opset in 18, 21:
    group = onnx.defs.get_schema("GroupNormalization", opset)
    print(f"GroupNormalization {opset}: {group.inputs[1].description}")
