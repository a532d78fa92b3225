/** The command line {@code coppice}. May use everything. */
@NullMarked
package io.coppice.cli;

import org.jspecify.annotations.NullMarked;
