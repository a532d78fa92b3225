package io.coppice.plan;

/**
 * What every machine of a cluster is connected by, in both directions at once.
 *
 * @param bytesPerSecond that a machine sends, and receives
 * @param latencySeconds until a message arrives and its answer is back
 */
public record Link(double bytesPerSecond, double latencySeconds) {

  /** Of a cluster's network, where how fast it is cannot be asked for. */
  public static final double ASSUMED_GIGABITS = 10;

  private static final double BITS = 8;

  /** Within a data centre. */
  private static final double USUAL_LATENCY_SECONDS = 2e-4;

  /** Messages within one machine: what a byte costs there is in the measured speeds. */
  public static final Link NONE = new Link(Double.POSITIVE_INFINITY, 0);

  /** One of so many Gbit/s in a data centre. */
  public static Link ofGigabits(double gigabits) {
    return new Link(gigabits * 1e9 / BITS, USUAL_LATENCY_SECONDS);
  }

  /** Time that some bytes are under way. */
  double seconds(double bytes) {
    return bytes / bytesPerSecond;
  }
}
