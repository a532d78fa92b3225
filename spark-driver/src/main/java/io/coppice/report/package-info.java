/**
 * What a person sees of a run: progress while it works, metrics, the manifest and the closing
 * summary.
 */
@NullMarked
package io.coppice.report;

import org.jspecify.annotations.NullMarked;
