package io.coppice.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class QuietLoggingTest {

  private static final String TALKER = "org.apache.spark.storage.memory.MemoryStore";

  private final LoggerContext context = (LoggerContext) LogManager.getContext(false);

  @AfterEach
  void restore() {
    context.reconfigure();
  }

  @Test
  void ofEveryRound_nothingConfigured_onlyWarningsRemain() {
    context.getConfiguration().getRootLogger().setLevel(Level.INFO);
    context.updateLoggers();
    assertThat(LogManager.getLogger(TALKER).isInfoEnabled()).isTrue();
    QuietLogging.ofEveryRound();
    assertThat(LogManager.getLogger(TALKER).isInfoEnabled()).isFalse();
    assertThat(LogManager.getLogger(TALKER).isWarnEnabled()).isTrue();
    assertThat(LogManager.getLogger("org.apache.spark.SparkContext").isInfoEnabled()).isTrue();
  }

  @Test
  void ofEveryRound_loggerIsConfigured_keepsItsLevel() {
    context.getConfiguration().addLogger(TALKER, new LoggerConfig(TALKER, Level.DEBUG, true));
    context.updateLoggers();
    QuietLogging.ofEveryRound();
    assertThat(LogManager.getLogger(TALKER).isDebugEnabled()).isTrue();
  }

  @Test
  void set_userSaidOtherwise_isKept() {
    for (Map.Entry<String, String> said :
        Map.of("unsaid", "true", QuietLogging.EXECUTORS, "false").entrySet()) {
      SparkConf conf = new SparkConf(false).set(said.getKey(), said.getValue());
      QuietLogging.set(conf);
      assertThat(conf.get(QuietLogging.EXECUTORS)).isEqualTo(said.getValue());
    }
  }
}
