/**
 * What a run tells: to its listener, to {@code metrics.jsonl}, and to a person. May use {@code
 * storage} and core.
 */
@NullMarked
package io.coppice.report;

import org.jspecify.annotations.NullMarked;
