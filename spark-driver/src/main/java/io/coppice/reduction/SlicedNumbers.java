package io.coppice.reduction;

import java.util.Iterator;
import java.util.NoSuchElementException;
import scala.Product2;
import scala.Tuple2;

/**
 * What a task of the first stage writes: its numbers slice by slice, and what it says besides.
 * Slices are cut one at a time, as they are written.
 */
public final class SlicedNumbers implements Iterator<Product2<Object, byte[]>> {

  private final Slicing slicing;
  private final int task;
  private final float[] numbers;
  private final byte[] besides;
  private int next;

  /**
   * @param task its number
   * @param numbers as many as {@code slicing} says
   * @param besides small; comes to the driver as it is
   */
  public SlicedNumbers(Slicing slicing, int task, float[] numbers, byte[] besides) {
    if (numbers.length != slicing.size()) {
      throw new IllegalArgumentException(
          "task " + task + ": expected " + slicing.size() + " numbers, found " + numbers.length);
    }
    this.slicing = slicing;
    this.task = task;
    this.numbers = numbers;
    this.besides = besides;
  }

  @Override
  public boolean hasNext() {
    return next <= slicing.slices();
  }

  @Override
  public Product2<Object, byte[]> next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    int slice = next++;
    return new Tuple2<>(
        new SliceKey(slice, task),
        slice == slicing.slices()
            ? besides
            : FloatBytes.of(numbers, slicing.from(slice), slicing.to(slice)));
  }
}
