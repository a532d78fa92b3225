/**
 * Files that outlive a run: tensors as {@code safetensors}, the state of a training as checkpoint,
 * and the compact network as a Deeplearning4j model. May use {@code compact}, {@code network} and
 * {@code structure}; the only package that names Deeplearning4j.
 */
@NullMarked
package io.coppice.artifact;

import org.jspecify.annotations.NullMarked;
