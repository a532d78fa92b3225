package io.coppice.benchmarks.scale;

import io.coppice.plan.RoundModel;
import io.coppice.plan.RoundSpeeds;
import io.coppice.plan.RoundTime;
import io.coppice.timing.LeastSquares;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The speeds by which {@link RoundModel} comes closest to what was measured. Driver, computation
 * and what lies between them are told apart by the rounds' own clocks, and fitted one by one. The
 * model is linear in its speeds, so that a factor of one is what the model says where that speed is
 * 1 and all others are 0.
 */
final class SpeedsFit {

  /** Speeds of the driver, of what lies between, and of the computation, in their order. */
  private static final int DRIVER = 5;

  private static final int REST = 4;
  private static final int COMPUTE = 4;

  private SpeedsFit() {}

  static RoundSpeeds of(List<Observation> observations) {
    double[] driver =
        fit(
            observations,
            observation -> observation.row().driverMillis() / 1e3,
            (observation, model) ->
                model.driver(observation.load(), observation.addedOnExecutors()),
            0,
            DRIVER);
    double[] rest =
        fit(
            observations,
            Observation::restSeconds,
            (observation, model) -> {
              RoundTime time = observation.by(model);
              return time.scheduling() + time.out() + time.reduce();
            },
            DRIVER,
            REST);
    double[] compute =
        fit(
            observations,
            observation -> observation.row().computeMillis() / 1e3 / observation.waves(),
            (observation, model) -> model.taskCompute(observation.load()),
            DRIVER + REST,
            COMPUTE);
    return speeds(
        driver[0],
        driver[1],
        driver[2],
        driver[3],
        driver[4],
        rest[0],
        rest[1],
        rest[2],
        rest[3],
        compute[0],
        compute[1],
        compute[2],
        compute[3]);
  }

  /** What a model says of an observation. */
  private interface Part {
    double seconds(Observation observation, RoundModel model);
  }

  private static double[] fit(
      List<Observation> observations,
      ToDoubleFunction<Observation> measured,
      Part part,
      int first,
      int count) {
    double[][] factors = new double[observations.size()][count];
    double[] seconds = new double[observations.size()];
    for (int row = 0; row < seconds.length; row++) {
      Observation observation = observations.get(row);
      seconds[row] = measured.applyAsDouble(observation);
      for (int i = 0; i < count; i++) {
        factors[row][i] = part.seconds(observation, new RoundModel(unit(first + i)));
      }
    }
    return LeastSquares.fit(factors, seconds);
  }

  private static RoundSpeeds unit(int which) {
    double[] ones = new double[DRIVER + REST + COMPUTE];
    ones[which] = 1;
    return speeds(ones);
  }

  private static RoundSpeeds speeds(double... s) {
    return new RoundSpeeds(
        s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7], s[8], s[9], s[10], s[11], s[12]);
  }
}
