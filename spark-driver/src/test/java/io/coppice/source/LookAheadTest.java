package io.coppice.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LookAheadTest {

  @Test
  void next_untilTheEnd_givesAllOnceAndAsksNoMore() {
    List<String> asked = new ArrayList<>();
    LookAhead<String> letters =
        new LookAhead<>() {
          @Override
          protected @Nullable String advance() {
            asked.add("asked");
            return asked.size() <= 2 ? "letter " + asked.size() : null;
          }
        };
    assertThat(letters.hasNext()).isTrue();
    assertThat(letters.hasNext()).isTrue();
    assertThat(letters.next()).isEqualTo("letter 1");
    assertThat(letters.next()).isEqualTo("letter 2");
    assertThat(letters.hasNext()).isFalse();
    assertThatThrownBy(letters::next).isInstanceOf(NoSuchElementException.class);
    assertThat(asked).hasSize(3);
  }
}
