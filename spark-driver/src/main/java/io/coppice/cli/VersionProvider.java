package io.coppice.cli;

import io.coppice.report.Version;
import picocli.CommandLine.IVersionProvider;

/** Tells picocli the version of Coppice. */
final class VersionProvider implements IVersionProvider {

  @Override
  public String[] getVersion() {
    return new String[] {"coppice " + Version.current()};
  }
}
