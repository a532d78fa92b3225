/**
 * What an operator sees of runs while they go on, in Spark's own metrics system: {@link
 * io.coppice.monitor.CoppicePlugin}. May use {@code report} and, for what an executor holds, {@code
 * spark}; nobody needs it, runs tell it by {@link io.coppice.report.RunObservers}.
 */
@NullMarked
package io.coppice.monitor;

import org.jspecify.annotations.NullMarked;
