/**
 * A model in the formats of others: Deeplearning4j's zip, ONNX, safetensors. May use {@code model}
 * and what lies below it. The bytes are written here; no library of the others is needed.
 */
@NullMarked
package io.coppice.export;

import org.jspecify.annotations.NullMarked;
