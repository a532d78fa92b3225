package io.coppice.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedactionTest {

  private static final String CANARY = "canary-77aa";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "fs.s3a.secret.key",
        "fs.s3a.access.key",
        "fs.s3a.session.token",
        "fs.s3a.bucket.models.secret.key",
        "fs.s3a.bucket.models.encryption.key",
        "fs.s3a.encryption.key",
        "fs.s3a.server-side-encryption.key",
        "fs.s3a.proxy.password",
        "fs.s3n.awsSecretAccessKey",
        "fs.azure.account.key.models.blob.core.windows.net",
        "fs.azure.account.oauth2.client.secret",
        "fs.azure.sas.container.account.blob.core.windows.net",
        "fs.azure.sas.fixed.token.account.dfs.core.windows.net",
        "fs.gs.auth.service.account.private.key",
        "fs.gs.auth.service.account.private.key.id",
        "fs.gs.auth.client.secret",
        "fs.gs.encryption.key",
        "google.cloud.auth.service.account.private.key",
        "fs.oss.accessKeySecret",
        "fs.oss.accessKeyId",
        "fs.cosn.userinfo.secretKey",
        "fs.obs.access.key",
        "ssl.keystore.pass",
        "hadoop.ssl.truststore.passphrase",
        "dfs.web.authentication.credential",
        "fs.FTP.PASSWORD.host",
        "my.api-key",
        "some.apikey"
      })
  void of_literalSecret_isHidden(String name) {
    assertThat(Redaction.of(name, CANARY)).isEqualTo("(hidden)");
    assertThat(Redaction.of(name, "${env:SECRET}")).isEqualTo("${env:SECRET}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "fs.s3a.endpoint",
        "fs.s3a.path.style.access",
        "fs.s3a.aws.credentials.provider",
        "fs.azure.account.auth.type",
        "fs.s3a.assumed.role.credentials.provider",
        "fs.gs.project.id",
        "dfs.replication",
        "hadoop.security.credential.provider.path"
      })
  void of_whatIsNoSecret_shows(String name) {
    assertThat(Redaction.of(name, "shown")).isEqualTo("shown");
  }

  @Test
  void of_referenceBesideALiteral_isHidden() {
    assertThat(Redaction.of("fs.s3a.secret.key", "${env:HALF}" + CANARY)).isEqualTo("(hidden)");
  }

  @Test
  void of_secretWithinAnAddress_isHidden() {
    assertThat(Redaction.of("fs.some.proxy", "http://ada:" + CANARY + "@proxy:8080/path"))
        .isEqualTo("http://(hidden)@proxy:8080/path");
  }

  @Test
  void configurationWithSecrets_problemsPrintedAndJson_showNone() {
    Map<String, String> secret = Map.of("hadoop.fs.azure.account.key.x", CANARY);
    RunConfig config = ConfigReader.read("test", "", secret);
    assertThat(ConfigPrinter.print(config)).doesNotContain(CANARY).contains("(hidden)");
    assertThat(ConfigJson.of(config).toString()).doesNotContain(CANARY).contains("(hidden)");
    assertThatThrownBy(() -> ConfigReader.read("test", "hadoop: 3", secret))
        .isInstanceOf(ConfigException.class)
        .hasMessageNotContaining(CANARY);
    assertThatThrownBy(() -> ConfigReader.read("test", "hadoop: [" + CANARY + "]", Map.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessageNotContaining(CANARY);
    assertThatThrownBy(
            () -> ConfigReader.read("test", "hadoop: {a.secret: {x: " + CANARY + "}}", Map.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessageNotContaining(CANARY);
    assertThatThrownBy(
            () -> ConfigReader.read("test", "hadoop:\n  a.secret: \"" + CANARY, Map.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessageNotContaining(CANARY);
  }
}
