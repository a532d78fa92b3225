package io.coppice.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RunSlotsTest {

  @Test
  void take_runsComeAndGo_givesTheLeastThatIsFree() {
    RunSlots slots = new RunSlots();
    assertThat(slots.take()).isEqualTo(1);
    assertThat(slots.take()).isEqualTo(2);
    slots.giveBack(1);
    assertThat(slots.taken()).isEqualTo(1);
    assertThat(slots.take()).isEqualTo(1);
    assertThat(slots.take()).isEqualTo(3);
  }
}
