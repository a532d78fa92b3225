package io.coppice.config;

import java.util.List;
import java.util.Map;

/** A training run, completely described. */
public record RunConfig(
    @Setting(description = "the network to train") NetworkConfig network,
    @Setting(description = "the images to train on") DataConfig data,
    @Setting(description = "which channels are kept, and how that is learned")
        StructureConfig structure,
    @Setting(description = "how the weights are learned") TrainingConfig training,
    @Setting(description = "how the work is spread over the cluster")
        DistributionConfig distribution,
    @Setting(description = "how the compact network is chosen and finished") FinishConfig finish,
    @Setting(
            description = "how the run is saved, to go on after it was stopped",
            operational = true)
        CheckpointConfig checkpoint,
    @Setting(
            description =
                "what coppice retrain asks of a model before it takes the place of another",
            operational = true)
        RetrainConfig retrain,
    @Setting(
            description =
                "properties of Hadoop's file systems, such as fs.s3a.endpoint; ${env:NAME} stands"
                    + " for an environment variable, whose value is never printed or written",
            operational = true)
        Map<String, String> hadoop,
    @Setting(
            description =
                "directory of the result, a path of any Hadoop file system; empty: runs/NAME-TIME"
                    + " here",
            value = "",
            operational = true)
        String output) {

  /** The same, which starts from a trained network. */
  public RunConfig startingFrom(String from) {
    return new RunConfig(
        network,
        data,
        structure,
        training.startingFrom(from),
        distribution,
        finish,
        checkpoint,
        retrain,
        hadoop,
        output);
  }

  public record NetworkConfig(
      @Setting(
              description =
                  "resnet20 to resnet110, resnet18, resnet34, resnet50, vgg11 to vgg19, mobilenet,"
                      + " wrn-28-10, ...",
              value = "resnet20")
          String name,
      @Setting(
              description = "factor on all channel counts",
              value = "1.0",
              min = 0,
              aboveMin = true,
              max = 64)
          double width,
      @Setting(
              description =
                  "file of another network instead: JSON of Coppice, or a configuration or a model"
                      + " zip of Deeplearning4j, whose weights are where the training starts; a"
                      + " path of any Hadoop file system",
              value = "",
              operational = true)
          String file) {

    /** What the network is called in names of directories and applications. */
    public String label() {
      String last = file.substring(file.lastIndexOf('/') + 1);
      int dot = last.lastIndexOf('.');
      return file.isEmpty() ? name : dot > 0 ? last.substring(0, dot) : last;
    }
  }

  public record DataConfig(
      @Setting(
              description =
                  "directory of the data set, a path of any Hadoop file system, or a table's name; empty: the sample that"
                      + " ships",
              value = "",
              operational = true)
          String path,
      @Setting(
              description =
                  "auto; idx, cifar10 or cifar100; folder: a folder of images (JPEG, PNG, BMP, GIF) for each class; parquet or"
                      + " orc: files of rows; table: what Spark knows by the name in data.path; or webdataset: tar archives of NAME.jpg"
                      + " (or another image) and NAME.cls",
              value = "auto",
              operational = true)
          Format format,
      @Setting(
              description =
                  "directory or name of a table to test by; empty: test or val beside train, or data.testShare",
              value = "",
              operational = true)
          String testPath,
      @Setting(
              description =
                  "number of classes where labels are numbers, as in IDX files, tables and archives; 0: one more than the largest training label",
              value = "0",
              min = 0,
              max = 65_536)
          int classes,
      @Setting(description = "a table's column of labels: whole numbers, or names", value = "label")
          String labelColumn,
      @Setting(
              description =
                  "a table's column of images: image files, Spark's struct of an image, arrays of numbers, or vectors; empty:"
                      + " image, or else the only one that fits",
              value = "")
          String imageColumn,
      @Setting(
              description =
                  "shape of images that are arrays or vectors: channels, rows and columns, in this order, such as 3x32x32",
              value = "")
          String shape,
      @Setting(
              description =
                  "the number that is full white in arrays or vectors; 0: 255, for whole numbers only. Others need it, 1 or 255"
                      + " for most",
              value = "0.0",
              min = 0)
          double maximum,
      @Setting(
              description =
                  "rows and columns of images of folders, tables and archives, which are scaled and cut to it; 0: as they are, all"
                      + " alike",
              value = "0",
              min = 0,
              max = 4096)
          int size,
      @Setting(
              description =
                  "pixels of the shorter side to which such images are scaled before their middle is cut out; 0: as"
                      + " many as data.size",
              value = "0",
              min = 0,
              max = 4096)
          int resize,
      @Setting(
              description = "channels of such images: 3, or 1 for grey",
              value = "3",
              min = 1,
              max = 3)
          int channels,
      @Setting(
              description =
                  "share of the images to test by where there are no others for that, chosen by their content; 0: all are"
                      + " learned from, and nothing is tested",
              value = "0.1",
              min = 0,
              max = 0.9)
          double testShare,
      @Setting(description = "shift training images at random by up to 4 pixels", value = "true")
          boolean crop,
      @Setting(description = "mirror training images at random", value = "true") boolean flip,
      @Setting(
              description =
                  "smallest share of a training image's area of which a random part is scaled to"
                      + " the whole; 1: no such crop",
              value = "1.0",
              min = 0,
              aboveMin = true,
              max = 1)
          double resizedCrop,
      @Setting(
              description =
                  "take data.resizedCrop's part from an image as its file has it, not from what"
                      + " data.size leaves of it; image files are then kept as they are",
              value = "false")
          boolean cropOriginal,
      @Setting(
              description =
                  "strength of random changes of a training image's brightness, contrast and"
                      + " saturation; 0: none",
              value = "0.0",
              min = 0,
              max = 1)
          double jitter,
      @Setting(
              description = "probability that a random part of a training image is erased",
              value = "0.0",
              min = 0,
              max = 1)
          double erase,
      @Setting(
              description =
                  "how strongly every two images of a minibatch are mixed, with their classes:"
                      + " alpha of the Beta distribution of their shares; 0: not",
              value = "0.0",
              min = 0,
              max = 1)
          double mixup,
      @Setting(
              description =
                  "what an image that cannot be read does: fail; or skip: it is passed over and"
                      + " counted",
              value = "fail")
          OnBadImage onBadImage,
      @Setting(
              description =
                  "how executors keep images: pixels; encoded: image files as they are, decoded"
                      + " anew for every minibatch; auto: encoded where images are larger than"
                      + " 64x64 and that takes at most half the memory; the result is the same",
              value = "auto",
              operational = true)
          Store store) {}

  /** How executors keep images. */
  public enum Store {
    AUTO,
    PIXELS,
    ENCODED
  }

  /** What an image that cannot be read leads to. */
  public enum OnBadImage {
    FAIL,
    SKIP
  }

  /** Formats of data sets. */
  public enum Format {
    AUTO,
    IDX,
    CIFAR10,
    CIFAR100,
    FOLDER,
    PARQUET,
    ORC,
    TABLE,
    WEBDATASET
  }

  public record StructureConfig(
      @Setting(
              description =
                  "shares: equal shares of every group, moved on significant evidence from probes; anchor:"
                      + " train the most probable mask, probe with a drawn one; sampled: draw both"
                      + " masks (the paper); magnitude or taylor: keep the channels whose norms"
                      + " have the largest scales, or whose gradient times weight is largest;"
                      + " uniform: a fixed equal share of every group; random: a fixed random mask;"
                      + " dense: everything",
              value = "shares")
          Strategy strategy,
      @Setting(
              description =
                  "what may remain of the dense network's cost: a share, 0.36 or 36 %, or an amount, such as 120 MFLOPs (of an"
                      + " image's forward pass), 8M parameters, 300 channels or 25 ms (of a round)",
              value = "0.36")
          StructureBudget budget,
      @Setting(
              description =
                  "what the budget counts: flops, parameters, channels of convolutions (the paper), or"
                      + " time: milliseconds of a round, by a model that is fitted to some that are"
                      + " timed before the training begins",
              value = "flops")
          Cost cost,
      @Setting(
              description =
                  "directory of a run of the same network with structure.cost time whose times count here"
                      + " too: nothing is timed then, and the same budget is met by the same masks on"
                      + " whatever machine",
              value = "",
              operational = true)
          String times,
      @Setting(
              description = "consecutive channels kept or removed together",
              value = "8",
              min = 1,
              max = 4096)
          int granularity,
      @Setting(
              description =
                  "names of layers whose channels all stay, and those tied to them, such as"
                      + " [\"stem.*\"]; * stands for any characters")
          List<String> keep,
      @Setting(
              description =
                  "whether channel groups without which nothing of the image would get through"
                      + " keep their first unit whatever happens",
              value = "true")
          boolean floor,
      @Setting(
              description =
                  "share of the training in which the structure is learned; then it is fixed and"
                      + " nothing is probed",
              value = "0.35",
              min = 0,
              max = 1)
          double duration,
      @Setting(
              description =
                  "share of the training over which the budget falls from 1 to its value, along a"
                      + " cubic",
              value = "0.0",
              min = 0,
              max = 1)
          double ramp,
      @Setting(description = "how the strategies anchor and sampled learn from losses")
          PolicyGradientConfig policyGradient,
      @Setting(description = "the strategy anchor alone") AnchorConfig anchor,
      @Setting(description = "the strategies magnitude and taylor") RankingConfig ranking,
      @Setting(description = "the strategy shares alone") SharesConfig shares) {}

  public record PolicyGradientConfig(
      @Setting(
              description = "learning rate of Adam on the probabilities, cosine to 0",
              value = "0.012",
              min = 0,
              max = 1)
          double learningRate,
      @Setting(
              description =
                  "rounds of which one probes and updates the probabilities; more: cheaper rounds"
                      + " and less traffic, fewer updates",
              value = "1",
              min = 1,
              max = 1_000_000)
          int probeEvery) {}

  public record AnchorConfig(
      @Setting(
              description = "rounds for which an anchor is held",
              value = "20",
              min = 1,
              max = 1_000_000)
          int rounds,
      @Setting(
              description =
                  "by how much more probable a unit must be to replace one of the anchor's",
              value = "0.3",
              min = 0,
              max = 1)
          double margin) {}

  public record RankingConfig(
      @Setting(
              description =
                  "which channels compete: group, so that every group keeps the same share, its most"
                      + " important ones; or network: all, each measured by the mean of its group and"
                      + " by its cost",
              value = "group")
          Across across,
      @Setting(
              description =
                  "rounds from one ranking to the next while the budget falls (structure.ramp); what"
                      + " went never comes back",
              value = "20",
              min = 1,
              max = 1_000_000)
          int rounds,
      @Setting(
              description =
                  "rounds over which taylor averages what it ranks by; in the first so many the whole"
                      + " network is trained, as there are no gradients before, and a ramp begins"
                      + " after them",
              value = "20",
              min = 1,
              max = 1_000_000)
          int averagedRounds) {}

  /** Which channels compete for the budget. */
  public enum Across {
    GROUP,
    NETWORK
  }

  public record SharesConfig(
      @Setting(
              description = "rounds of which one probes thinned groups",
              value = "3",
              min = 1,
              max = 1_000_000)
          int probeEvery,
      @Setting(
              description = "share of a group's channels that a probe removes where it thins it",
              value = "0.125",
              min = 0,
              aboveMin = true,
              max = 0.9)
          double thinned,
      @Setting(
              description = "times at which the evidence is looked at and budget may move",
              value = "6",
              min = 1,
              max = 10_000)
          int looks,
      @Setting(
              description =
                  "share of a group's channels that may come or go at a time; one unit may always come",
              value = "0.34",
              min = 0,
              max = 1)
          double step,
      @Setting(
              description = "standard errors by which groups must differ for budget to move",
              value = "2.0",
              min = 0,
              max = 100)
          double significance,
      @Setting(
              description =
                  "by how many times what a group is worth for its cost must exceed that of another one that makes room for it",
              value = "1.5",
              min = 1,
              max = 1000)
          double ratio,
      @Setting(
              description =
                  "factor by which a group's channels differ at most from those that it began with,"
                      + " and these from an equal share",
              value = "2.5",
              min = 1,
              max = 1000)
          double bound,
      @Setting(
              description =
                  "by how much groups begin with less than an equal share that cost more of the budget than"
                      + " their FLOPs say, and with more that cost less; 0: not, 1: as many times; nothing where the budget is"
                      + " one of FLOPs",
              value = "1.0",
              min = 0,
              max = 1)
          double tilt) {}

  /** Ways to learn the structure, or to fix it. */
  public enum Strategy {
    SHARES,
    ANCHOR,
    SAMPLED,
    MAGNITUDE,
    TAYLOR,
    UNIFORM,
    RANDOM,
    DENSE
  }

  /** What a budget counts. */
  public enum Cost {
    FLOPS,
    PARAMETERS,
    CHANNELS,
    TIME
  }

  public record TrainingConfig(
      @Setting(
              description =
                  "trained network of the same layers to start from: a run's directory, its"
                      + " model/dense.safetensors or model/compact.safetensors, or a model zip of"
                      + " Deeplearning4j; a path of any Hadoop file system; empty: weights are drawn",
              value = "",
              operational = true)
          String from,
      @Setting(
              description = "passes over the training images",
              value = "14",
              min = 1,
              max = 1_000_000)
          int epochs,
      @Setting(
              description = "images a step, over all shards",
              value = "128",
              min = 2,
              max = 1_000_000)
          int batchSize,
      @Setting(
              description = "highest learning rate of the weights",
              value = "0.1",
              min = 0,
              aboveMin = true)
          double learningRate,
      @Setting(
              description =
                  "batch size that learning rates are for: with another one they grow in proportion; 0: they are taken as"
                      + " they are",
              value = "0",
              min = 0,
              max = 1_000_000)
          int rateBatchSize,
      @Setting(
              description =
                  "how the learning rate falls after its warm-up: cosine or linear, to 0; step, to a tenth at the half and a"
                      + " hundredth at three quarters; constant; or one-cycle, which also rises along a cosine, from 1/25",
              value = "cosine")
          Schedule schedule,
      @Setting(
              description = "share of the training over which the learning rate rises",
              value = "0.1",
              min = 0,
              max = 0.9)
          double warmUp,
      @Setting(description = "momentum of the weights", value = "0.9", min = 0, max = 0.9999)
          double momentum,
      @Setting(description = "whether the momentum is Nesterov's", value = "true") boolean nesterov,
      @Setting(description = "weight decay", value = "0.0005", min = 0, max = 1) double weightDecay,
      @Setting(
              description = "what decays: all; or kernels alone, and no scales, shifts and biases",
              value = "kernels")
          Decayed decayed,
      @Setting(
              description = "share of the loss that asks for all classes alike",
              value = "0.0",
              min = 0,
              max = 0.9)
          double labelSmoothing,
      @Setting(
              description = "norm to which a longer gradient is shortened; 0: none is",
              value = "0.0",
              min = 0,
              max = 1_000_000)
          double gradientNorm,
      @Setting(
              description =
                  "decay of a moving average of the weights, which is then the result instead of the last ones, such as"
                      + " 0.99; 0: none is kept",
              value = "0.0",
              min = 0,
              max = 0.999999)
          double averaging,
      @Setting(
              description =
                  "how precisely steps compute: float32; bfloat16: activations in half of the bytes and products of 8"
                      + " significant bits, on processors that multiply them; weights, norms' statistics and sums stay"
                      + " float32, and so does everything by which models are judged",
              value = "float32")
          Precision precision,
      @Setting(
              description =
                  "what a loss that is not finite does: stop; or halve-learning-rate: go back to"
                      + " the last checkpoint and on from there with half the rate, up to 8 times",
              value = "stop",
              operational = true)
          OnDivergence onDivergence,
      @Setting(description = "seed of everything that is random", value = "1") long seed) {

    private TrainingConfig startingFrom(String start) {
      return new TrainingConfig(
          start,
          epochs,
          batchSize,
          learningRate,
          rateBatchSize,
          schedule,
          warmUp,
          momentum,
          nesterov,
          weightDecay,
          decayed,
          labelSmoothing,
          gradientNorm,
          averaging,
          precision,
          onDivergence,
          seed);
    }
  }

  /** Ways of the learning rate. */
  public enum Schedule {
    COSINE,
    ONE_CYCLE,
    LINEAR,
    STEP,
    CONSTANT
  }

  /** What of the weights decays. */
  public enum Decayed {
    ALL,
    KERNELS
  }

  /** What a divergence leads to. */
  public enum OnDivergence {
    STOP,
    HALVE_LEARNING_RATE
  }

  public record DistributionConfig(
      @Setting(
              description =
                  "fixed logical slices of the training data; results depend on it, not on"
                      + " executors",
              value = "2",
              min = 1,
              max = 65_536)
          int shards,
      @Setting(
              description =
                  "shared: one mask pair a step for all shards; per-shard: own pairs, a better"
                      + " estimate, more traffic",
              value = "shared")
          Masks masks,
      @Setting(
              description =
                  "steps that a shard takes by itself in every round; 1: the gradients of every"
                      + " step are averaged",
              value = "1",
              min = 1,
              max = 100_000)
          int localSteps,
      @Setting(
              description =
                  "where the gradients of all shards are added up: driver, which receives every"
                      + " shard's; executors, slice by slice, so that the driver receives one sum;"
                      + " auto: by their size and number. The same bits",
              value = "auto",
              operational = true)
          Reduce reduce,
      @Setting(
              description =
                  "how precisely weights and gradients travel: float32; bfloat16: in half of the bytes, weights and every"
                      + " shard's gradient rounded to 8 significant bits. They are kept and added up in float32 either way",
              value = "float32")
          Precision wire,
      @Setting(
              description =
                  "seconds after which a round that has not ended is given up with a thread dump;"
                      + " 0: never",
              value = "1800",
              min = 0,
              max = 1_000_000,
              operational = true)
          int roundDeadlineSeconds,
      @Setting(
              description = "threads a task; part of a run's identity, as bits depend on it",
              value = "1",
              min = 1,
              max = 1024)
          int threadsPerTask,
      @Setting(
              description =
                  "share of an executor's heap that images may take; more of them lie in mapped"
                      + " files on its local disk",
              value = "0.3",
              min = 0,
              max = 0.9,
              operational = true)
          double imageMemory) {}

  /** Ways to share masks among shards. */
  public enum Masks {
    SHARED,
    PER_SHARD
  }

  /** Places where the shards' gradients are added up. */
  public enum Reduce {
    AUTO,
    DRIVER,
    EXECUTORS
  }

  /** How many bits tell a number. */
  public enum Precision {
    FLOAT32,
    BFLOAT16
  }

  public record FinishConfig(
      @Setting(
              description = "masks to choose the final one from",
              value = "10",
              min = 1,
              max = 1000)
          int candidates,
      @Setting(
              description = "share of the training images held back to choose among candidates",
              value = "0.1",
              min = 0.001,
              max = 0.5)
          double heldBack,
      @Setting(
              description =
                  "minibatches, of all shards together, from which each candidate's batch-norm statistics are estimated",
              value = "20",
              min = 1,
              max = 100_000)
          int statisticsBatches,
      @Setting(
              description = "epochs of training with the final mask fixed",
              value = "1",
              min = 0,
              max = 1_000_000)
          int fineTuneEpochs,
      @Setting(
              description = "learning rate of the weights in fine-tuning",
              value = "0.001",
              min = 0,
              aboveMin = true)
          double fineTuneLearningRate) {}

  public record CheckpointConfig(
      @Setting(
              description = "seconds between checkpoints; 0: not by time",
              value = "60",
              min = 0,
              max = 1_000_000,
              operational = true)
          int everySeconds,
      @Setting(
              description = "rounds between checkpoints; 0: not by rounds",
              value = "0",
              min = 0,
              max = 1_000_000_000,
              operational = true)
          int everyRounds,
      @Setting(
              description = "number of checkpoints kept",
              value = "3",
              min = 1,
              max = 10_000,
              operational = true)
          int keep,
      @Setting(
              description = "checkpoints in a row that may fail to be written before the run ends",
              value = "3",
              min = 0,
              max = 1000,
              operational = true)
          int toleratedFailures) {}

  public record RetrainConfig(
      @Setting(
              description =
                  "by how much accuracy, as a share of the images, a candidate may at most be worse than the current model,"
                      + " both on the same images to test by; 0: it must be better",
              value = "0.02",
              min = 0,
              max = 0.5,
              operational = true)
          double tolerance,
      @Setting(
              description =
                  "how probable it may be at most that a candidate takes the current model's place which is worse by more than"
                      + " that",
              value = "0.05",
              min = 0,
              aboveMin = true,
              max = 0.5,
              operational = true)
          double significance,
      @Setting(
              description =
                  "what of a candidate is compared with the current model's: flops or parameters of the compact network, or"
                      + " time, milliseconds of a step as each run measured it when it ended",
              value = "flops",
              operational = true)
          ModelCost cost,
      @Setting(
              description = "how many times the current model's cost a candidate's may be",
              value = "1.05",
              min = 0,
              aboveMin = true,
              max = 1000,
              operational = true)
          double maximumCost,
      @Setting(
              description =
                  "share of the training images that had to change their class to be as frequent as those of the current"
                      + " model's training, above which that is a caution",
              value = "0.1",
              min = 0,
              max = 1,
              operational = true)
          double classDrift,
      @Setting(
              description =
                  "change of a channel's mean, or of its deviation, as a share of its deviation in the current model's"
                      + " training, above which that is a caution",
              value = "0.1",
              min = 0,
              operational = true)
          double pixelDrift,
      @Setting(
              description =
                  "accuracy, as a share of the images, that the current model has lost since it was promoted, above which that"
                      + " is a caution",
              value = "0.05",
              min = 0,
              max = 1,
              operational = true)
          double accuracyDrift,
      @Setting(
              description =
                  "retrainings that are over of which the registry keeps the run, those decided last; of the others it keeps"
                      + " what they came to, the page, and the model where it was promoted",
              value = "3",
              min = 0,
              max = 1_000_000,
              operational = true)
          int keptRuns) {}

  /** What models cost that is compared. */
  public enum ModelCost {
    FLOPS,
    PARAMETERS,
    TIME
  }
}
