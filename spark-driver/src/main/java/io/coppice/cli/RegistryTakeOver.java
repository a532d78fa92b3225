package io.coppice.cli;

import picocli.CommandLine.Option;

/** Whether a registry is taken from whoever has it. */
final class RegistryTakeOver {

  @Option(
      names = "--take-over",
      description =
          "Takes the registry from a retraining on another machine that shows no sign of life for 90 seconds.")
  private boolean given;

  RegistryTakeOver() {}

  boolean given() {
    return given;
  }
}
