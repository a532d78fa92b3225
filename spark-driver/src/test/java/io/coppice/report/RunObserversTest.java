package io.coppice.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunObserversTest {

  @Test
  void with_observersComeAndGo_eachHearsOfTheRunsThatBeginMeanwhile() {
    RunObservers observers = new RunObservers();
    List<String> heard = new ArrayList<>();
    RunObservers.RunObserver observer =
        () ->
            new RunListener() {
              @Override
              public void ended() {
                heard.add("observer");
              }
            };
    RunListener ofRun =
        new RunListener() {
          @Override
          public void ended() {
            heard.add("run");
          }
        };
    observers.with(ofRun).ended();
    observers.add(observer);
    RunListener observed = observers.with(ofRun);
    observed.ended();
    observers.remove(observer);
    observers.with(ofRun).ended();
    assertThat(heard).containsExactly("run", "run", "observer", "run");
  }
}
