import io.coppice.dl4j.ChannelSparseTrainingMaster;
import io.coppice.source.*;
import java.nio.file.*;
import org.apache.spark.api.java.*;
import org.deeplearning4j.nn.conf.*;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.*;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Nesterovs;

public class Dl4jSpark {
  public static void main(String[] arguments) throws Exception {
    MultiLayerConfiguration configuration = new NeuralNetConfiguration.Builder()
        .seed(1).updater(new Nesterovs(0.05, 0.9)).l2(1e-4).list()
        .layer(new ConvolutionLayer.Builder(3, 3).stride(2, 2).nOut(32).activation(Activation.RELU).build())
        .layer(new ConvolutionLayer.Builder(3, 3).stride(2, 2).nOut(64).activation(Activation.RELU).build())
        .layer(new OutputLayer.Builder().nOut(10).activation(Activation.SOFTMAX).build())
        .setInputType(InputType.convolutional(28, 28, 1)).build();
    try (JavaSparkContext spark = new JavaSparkContext()) {
      SourceImages sample = FileSource.sample().open(spark, spark.hadoopConfiguration());
      JavaRDD<DataSet> data = sample.train().toJavaRDD().map(each -> dataSet((SourceImage.Readable) each)).cache();
      var master = ChannelSparseTrainingMaster.builder().budget("0.36").epochs(3).build();
      var network = new SparkDl4jMultiLayer(spark, configuration, master);
      network.fit(data);
      System.out.printf("accuracy %.3f%n", network.evaluate(data).accuracy());
      Path zip = Files.createDirectories(Path.of(arguments[0])).resolve("compact.zip");
      ModelSerializer.writeModel(master.compactNetwork(), zip.toString(), false);
    }
  }
  private static DataSet dataSet(SourceImage.Readable image) {
    var pixels = Nd4j.zeros(1, 1, 28, 28);
    for (int i = 0; i < pixels.length(); i++) pixels.putScalar(i, (image.pixels()[i] & 0xff) / 255f);
    return new DataSet(pixels, Nd4j.zeros(1, 10).putScalar(0, image.label(), 1));
  }
}
