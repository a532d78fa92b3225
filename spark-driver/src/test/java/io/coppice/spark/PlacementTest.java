package io.coppice.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class PlacementTest {

  @Test
  void assign_imagesNowhere_spreadsEvenly() {
    assertThat(Placement.assign(Collections.nCopies(5, null), new TreeSet<>(Set.of("a", "b"))))
        .containsExactly("a", "b", "a", "b", "a");
  }

  @Test
  void assign_imagesSomewhere_staysThere() {
    List<String> holding = List.of("b", "a", "b", "a");
    assertThat(Placement.assign(holding, new TreeSet<>(Set.of("a", "b")))).isEqualTo(holding);
  }

  @Test
  void assign_newExecutor_takesItsShareAndTheOthersStay() {
    List<String> holding = List.of("a", "b", "a", "b", "a", "b");
    assertThat(Placement.assign(holding, new TreeSet<>(Set.of("a", "b", "c"))))
        .containsExactly("a", "b", "a", "b", "c", "c");
  }

  @Test
  void assign_executorIsGone_itsTasksGoElsewhere() {
    assertThat(
            Placement.assign(
                Arrays.asList("a", "b", "gone", null), new TreeSet<>(Set.of("a", "b"))))
        .containsExactly("a", "b", "a", "b");
  }

  @Test
  void assign_noExecutor_anywhere() {
    assertThat(Placement.assign(List.of("a", "b"), Set.of())).containsExactly("", "");
  }

  @Property(tries = 200)
  void assign_anything_isEvenAndKnown(
      @ForAll @Size(max = 40) List<@IntRange(max = 9) Integer> holding,
      @ForAll @IntRange(min = 1, max = 8) int executors) {
    Set<String> names = new TreeSet<>();
    for (int executor = 0; executor < executors; executor++) {
      names.add("e" + executor);
    }
    List<String> assigned =
        Placement.assign(holding.stream().map(holder -> "e" + holder).toList(), names);
    assertThat(assigned).hasSameSizeAs(holding);
    assertThat(names).containsAll(assigned);
    int share = (holding.size() + executors - 1) / executors;
    for (String name : names) {
      assertThat(Collections.frequency(assigned, name)).isLessThanOrEqualTo(share);
    }
  }
}
