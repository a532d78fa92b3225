/**
 * A model in the formats of others: Deeplearning4j's zip, ONNX, safetensors. May use {@code model}
 * and what lies below it. Names Deeplearning4j, of what it writes, and ND4J's classes of ONNX.
 */
@NullMarked
package io.coppice.export;

import org.jspecify.annotations.NullMarked;
