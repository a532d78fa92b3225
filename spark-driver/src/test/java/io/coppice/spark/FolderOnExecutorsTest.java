package io.coppice.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.coppice.cli.NoiseImages;
import io.coppice.source.FileSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder of images that executors in JVMs of their own read, decode and train on. */
class FolderOnExecutorsTest {

  @TempDir private Path directory;

  @Test
  void train_folderOfImagesInExecutorJvms_sameBitsAsInTheDriver() throws IOException {
    NoiseImages.writeFolders(NoiseImages.in(directory));
    TrainingResult here = train("local[2]");
    SmallRun.assertSameBits(train("local-cluster[2,1,1024]"), here);
    assertThat(here.summary().testImages()).isEqualTo(NoiseImages.TEST_IMAGES);
  }

  private TrainingResult train(String master) throws IOException {
    Trainer trainer =
        Trainer.of(SmallRun.config(Map.of("training.epochs", "1", "training.batchSize", "24")));
    try (JavaSparkContext spark = new JavaSparkContext(SmallRun.sparkConf(master))) {
      return trainer.train(spark, FileSource.of(directory.toString(), Map.of("data.size", "8")));
    }
  }
}
