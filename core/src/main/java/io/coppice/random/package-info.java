/** Random streams that are pure functions of their keys. Depends on no other package of Coppice. */
@NullMarked
package io.coppice.random;

import org.jspecify.annotations.NullMarked;
