package io.coppice.train;

import static io.coppice.train.SmallNetwork.NETWORK;
import static io.coppice.train.SmallNetwork.NETWORKS;
import static org.assertj.core.api.Assertions.assertThat;

import io.coppice.compact.CompactNetwork;
import io.coppice.compact.Slicer;
import io.coppice.structure.Mask;
import io.coppice.structure.RoundMasks;
import io.coppice.structure.StepMasks;
import java.util.List;
import org.junit.jupiter.api.Test;

class TakenRoundTest {

  private final ModelState model = new ModelState(NETWORK, SgdOptions.plain(0.9, 0), 3);

  private TakenRound taken(RoundMasks masks) {
    CompactNetwork trained = NETWORKS.of(masks.trained());
    return new TakenRound(
        new RoundWork(0, 0, 0, 0.1, masks, model.parametersOf(masks.distinct())),
        List.of(),
        new StepSums(
            new float[trained.parameters().size()], new float[trained.statistics().size()]),
        NETWORKS);
  }

  @Test
  void trainedParameters_oneMask_areThoseThatWereSent() {
    TakenRound taken = taken(RoundMasks.of(new StepMasks(SmallNetwork.firstChannels(2))));
    assertThat(taken.trainedParameters()).isSameAs(taken.work().parameters());
  }

  @Test
  void trainedParameters_probesBeside_areThoseOfTheTrainedMask() {
    Mask trained = SmallNetwork.firstChannels(2);
    Mask probe = Mask.builder(NETWORK.groupChannels()).activate(0, 1, 3).activate(2, 0, 4).build();
    TakenRound taken = taken(RoundMasks.of(new StepMasks(trained, probe)));
    assertThat(taken.trained().mask()).isEqualTo(trained);
    assertThat(taken.trainedParameters()).containsExactly(model.parametersOf(trained));
  }

  @Test
  void trainedParameters_masksThatShareNoChannel_haveZerosForPairsThatNoneOfThemHas() {
    Mask low = SmallNetwork.firstChannels(1);
    Mask high = Mask.builder(NETWORK.groupChannels()).activate(0, 1, 1).activate(1, 1, 1).build();
    TakenRound taken =
        taken(new RoundMasks(false, 1, List.of(new StepMasks(low), new StepMasks(high))));
    CompactNetwork both = taken.trained();
    float[] expected = new float[both.parameters().size()];
    for (Mask mask : List.of(low, high)) {
      new Slicer(both.parameters(), NETWORKS.of(mask).parameters())
          .scatter(model.parametersOf(mask), expected);
    }
    assertThat(taken.trainedParameters()).containsExactly(expected);
    assertThat(expected).isNotEqualTo(model.parametersOf(both.mask()));
  }
}
