package io.coppice.structure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class UnitChoiceTest {

  private static final StructureSpace SPACE =
      new StructureSpace(new int[] {4, 5}, 2, new boolean[] {true, false});
  private static final double[] IMPORTANCE = {0.5, 0.1, 0.7, 0.7};

  private static UnitChoice choice() {
    return new UnitChoice(SPACE, SPACE.mask(new boolean[] {true, false, true, true}), IMPORTANCE);
  }

  @Test
  void counts_unitsComeAndGo_followAndIncludeWhatLasts() {
    UnitChoice choice = choice();
    assertThat(choice.counts()).containsExactly(4, 3);
    assertThat(choice.countsWith(1)).containsExactly(4, 5);
    choice.add(1);
    choice.remove(0);
    assertThat(choice.counts()).containsExactly(2, 5);
    assertThat(choice.mask()).hasToString("2/4 5/5");
  }

  @Test
  void leastImportant_tieOrNone_isTheLastUnitOrMinusOne() {
    UnitChoice choice = choice();
    assertThat(choice.leastImportant(1)).isEqualTo(3);
    assertThat(choice.leastImportant(0)).isEqualTo(0);
    choice.remove(0);
    assertThat(choice.leastImportant(0)).as("what lasts is no unit").isEqualTo(-1);
  }

  @Test
  void mostImportantAbsent_tieOrNone_isTheFirstUnitOrMinusOne() {
    UnitChoice choice = choice();
    assertThat(choice.mostImportantAbsent(0)).isEqualTo(-1);
    choice.remove(3);
    choice.remove(2);
    assertThat(choice.mostImportantAbsent(1)).isEqualTo(2);
  }

  @Test
  void mostImportantThatFits_theMostImportantIsTooLarge_isASmallerOne() {
    CostModel cost = new CostModel(List.of(new CostModel.Term(1, 1, CostModel.NONE)));
    UnitChoice choice = new UnitChoice(SPACE, SPACE.lastingMask(), new double[] {0, 2, 1, 0});
    assertThat(choice.mostImportantThatFits(1, cost, 2)).isEqualTo(1);
    assertThat(choice.mostImportantThatFits(1, cost, 1)).isEqualTo(3);
    assertThat(choice.mostImportantThatFits(1, cost, 0)).isEqualTo(-1);
  }

  @Test
  void copy_changed_leavesTheOtherAloneUntilItBecomesIt() {
    UnitChoice choice = choice();
    UnitChoice copy = choice.copy();
    copy.remove(2);
    assertThat(choice.counts()).containsExactly(4, 3);
    choice.become(copy);
    assertThat(choice.mask()).isEqualTo(copy.mask());
    assertThat(choice.counts()).containsExactly(4, 1);
  }
}
