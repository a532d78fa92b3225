/**
 * Files that outlive a run: tensors as {@code safetensors}, and the state of a training as
 * checkpoint. May use {@code compact}, {@code network} and {@code structure}.
 */
@NullMarked
package io.coppice.artifact;

import org.jspecify.annotations.NullMarked;
