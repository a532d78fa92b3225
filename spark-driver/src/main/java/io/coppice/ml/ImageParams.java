package io.coppice.ml;

import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.param.Params;

/**
 * What estimator and model need to know of images alike. A Param equals every other of its name and
 * stage, so that each call may make one.
 */
public interface ImageParams extends Params {

  /** A row without an image ends the job. */
  String ERROR = "error";

  /** A row without an image is passed over. */
  String SKIP = "skip";

  /** The number that is white in arrays and vectors of numbers. */
  default DoubleParam pixelMaximum() {
    return new DoubleParam(
        this,
        "pixelMaximum",
        "the number that is full white in arrays and vectors, 1 or 255 for most; 0: 255, for whole numbers only"
            + " (data.maximum)",
        ParamValidators.gtEq(0));
  }

  /** Pixels of the shorter side before the middle is cut out. */
  default IntParam resize() {
    return new IntParam(
        this,
        "resize",
        "pixels of the shorter side to which image files and image structs are scaled before their middle is cut out; 0: as"
            + " many as imageSize (data.resize)",
        ParamValidators.gtEq(0));
  }

  /** What a row leads to that has no image, or one that cannot be read. */
  default Param<String> handleInvalid() {
    return new Param<>(
        this,
        "handleInvalid",
        "what a row leads to whose features are null or cannot be read: error, or skip, which passes it over"
            + " (data.onBadImage)",
        ParamValidators.inArray(new String[] {ERROR, SKIP}));
  }

  /** See {@link #pixelMaximum}. */
  default double getPixelMaximum() {
    return (Double) getOrDefault(pixelMaximum());
  }

  /** See {@link #resize}. */
  default int getResize() {
    return (Integer) getOrDefault(resize());
  }

  /** See {@link #handleInvalid}. */
  default String getHandleInvalid() {
    return getOrDefault(handleInvalid());
  }
}
