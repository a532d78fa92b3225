package io.coppice.onednn;

/** What the time of a step goes into. */
public enum Activity {
  CONVOLUTION_FORWARD("convolution forward"),
  CONVOLUTION_BACKWARD_DATA("convolution backward by data"),
  CONVOLUTION_BACKWARD_WEIGHTS("convolution backward by weights"),
  NORM_FORWARD("norm forward"),
  NORM_BACKWARD("norm backward"),
  POOLING("pooling"),
  SUM("sum and ReLU"),
  CLASSIFIER("classifier and loss"),
  REORDER("reorder"),
  SLICING("slicing"),
  KERNEL_CREATION("kernel creation");

  private final String text;

  Activity(String text) {
    this.text = text;
  }

  /** Its name for a table. */
  public String text() {
    return text;
  }
}
