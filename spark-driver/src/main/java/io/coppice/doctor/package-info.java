/**
 * Whether runs can work here: checks of a JVM, of file systems and of a whole cluster, on the
 * driver and on every executor. May use {@code spark}, {@code storage}, {@code report} and core.
 */
@NullMarked
package io.coppice.doctor;

import org.jspecify.annotations.NullMarked;
