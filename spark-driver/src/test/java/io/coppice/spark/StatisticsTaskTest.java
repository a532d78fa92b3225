package io.coppice.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.coppice.compact.CompactNetwork;
import io.coppice.data.ImageSet;
import io.coppice.structure.Mask;
import io.coppice.train.ModelState;
import io.coppice.train.SgdOptions;
import io.coppice.train.StatisticsSums;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StatisticsTaskTest {

  private static final int SHARDS = 3;

  @Test
  void run_anyNumberOfMinibatches_shardsTakeTheirFirstOnesInTurn() {
    RunSetup setup = SmallRun.setup(Map.of());
    Mask mask = Mask.full(setup.network().groupChannels());
    ModelState model = new ModelState(setup.network(), SgdOptions.plain(0.9, 0), 1);
    try (RunInJvm run = new RunInJvm(true);
        TaskWorker worker = new TaskWorker(setup.taskSettings(), run)) {
      for (int all = 1; all <= 7; all++) {
        CandidateWork work =
            new CandidateWork(List.of(mask), model.parametersOf(List.of(mask)), 0, all);
        for (int shard = 0; shard < Math.min(SHARDS, all); shard++) {
          int expected = all / SHARDS + (shard < all % SHARDS ? 1 : 0);
          StatisticsSums sums =
              new StatisticsTask(SHARDS).run(worker, work, shard, List.of(images(setup)));
          assertThat(sums.minibatches()).isEqualTo(expected);
          assertThat(sums.sums()[0])
              .hasSize(CompactNetwork.dense(setup.network()).statistics().size());
        }
      }
    }
  }

  private static ImageSet images(RunSetup setup) {
    int count = 3 * setup.taskSettings().shardBatch();
    byte[] pixels = new byte[count * setup.data().shape().size()];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (i * 31);
    }
    return new ImageSet(1, 28, 28, 10, pixels, new int[count]);
  }
}
