package io.coppice.source;

import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** An iterator over what is only known to end once the next element was looked for. */
public abstract class LookAhead<T> implements Iterator<T> {

  private @Nullable T next;
  private boolean ended;

  /** The next element; null after the last one, and is not asked again. */
  protected abstract @Nullable T advance();

  @Override
  public final boolean hasNext() {
    if (next == null && !ended) {
      next = advance();
      ended = next == null;
    }
    return next != null;
  }

  @Override
  public final T next() {
    T current = hasNext() ? next : null;
    if (current == null) {
      throw new NoSuchElementException();
    }
    next = null;
    return current;
  }
}
