/**
 * What a run tells: to its listener, to {@code metrics.jsonl}, to a person, and by {@code
 * outcome.json} to whoever did not see it end. May use {@code config}, {@code storage} and core.
 */
@NullMarked
package io.coppice.report;

import org.jspecify.annotations.NullMarked;
