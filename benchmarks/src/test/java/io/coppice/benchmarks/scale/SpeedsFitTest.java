package io.coppice.benchmarks.scale;

import static org.assertj.core.api.Assertions.assertThat;

import io.coppice.model.CompactModel;
import io.coppice.network.Shape;
import io.coppice.plan.Link;
import io.coppice.plan.RoundLoad;
import io.coppice.plan.RoundModel;
import io.coppice.plan.RoundSpeeds;
import io.coppice.plan.RoundTime;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpeedsFitTest {

  private static final RoundModel MODEL = new RoundModel(RoundSpeeds.MEASURED);

  @Test
  void of_roundsThatTheModelMade_predictsOthersOfIt() throws IOException {
    List<Observation> made = new ArrayList<>();
    for (String network : List.of("resnet8", "resnet20", "vgg16")) {
      for (double share : new double[] {1, 0.25}) {
        for (int shards : new int[] {2, 8, 64}) {
          for (String reduce : List.of("driver", "executors")) {
            made.add(made(network, share, shards, 128, reduce));
          }
        }
      }
    }
    RoundModel fitted = new RoundModel(SpeedsFit.of(made));
    for (String reduce : List.of("driver", "executors")) {
      Observation other = made("vgg11", 0.5, 32, 512, reduce);
      assertThat(1e3 * other.by(fitted).seconds())
          .isBetween(0.98 * other.row().roundMillis(), 1.02 * other.row().roundMillis());
    }
  }

  private static Observation made(
      String network, double share, int shards, int batch, String reduce) throws IOException {
    RoundLoad load =
        Observation.load(
            network, 1, share, new Shape(3, 32, 32), CompactModel.numbered(10), shards, batch);
    RoundTime time = MODEL.time(load, 2, 1, Link.NONE, reduce.equals("executors"));
    return new Observation(
        new ShardsRow(
            "made",
            2,
            1,
            0,
            network,
            1,
            share,
            32,
            shards,
            batch,
            "shared",
            reduce,
            1,
            1e3 * time.seconds(),
            1e3 * time.driver(),
            1e3 * time.compute(),
            load.bytesOut(),
            load.bytesToDriver(reduce.equals("executors")),
            0),
        load);
  }
}
