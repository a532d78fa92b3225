package io.coppice.spark;

import java.util.Locale;

/**
 * What a training would do, found without doing it.
 *
 * @param setup the run
 * @param beginning how it would begin
 * @param roundsTaken by the checkpoint that it would go on from; 0 where there is none
 */
public record RunPreview(RunSetup setup, Beginning beginning, long roundsTaken) {

  /** How a training begins. */
  public enum Beginning {
    BEGINS,
    GOES_ON,
    /** Its result is there already, and would be read back. */
    COMPLETE;

    /** As it is printed. */
    public String label() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }
}
