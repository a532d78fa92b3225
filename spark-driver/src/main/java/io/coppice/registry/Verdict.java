package io.coppice.registry;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.coppice.config.ConfigPrinter;
import io.coppice.config.RunConfig.ModelCost;
import io.coppice.config.RunConfig.RetrainConfig;
import io.coppice.model.ModelComparison;
import io.coppice.model.ModelEvaluation;
import io.coppice.report.RunSummary;
import java.util.Locale;

/**
 * Whether a candidate takes the current model's place.
 *
 * @param promotes whether it does
 * @param reasons in one clause or two
 * @param figures what decided
 */
record Verdict(boolean promotes, String reasons, ObjectNode figures) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final double SMALLEST_SHOWN = 1e-6;

  /**
   * Of a candidate beside a current model: {@link NonInferiority}, and what it costs.
   *
   * @param compared the current model, and the candidate
   */
  static Verdict of(
      RetrainConfig rule, ModelVersion current, RunSummary candidate, ModelComparison compared) {
    double p =
        NonInferiority.pValue(
            compared.images(),
            compared.onlyFirst(),
            compared.onlySecond(),
            rule.tolerance(),
            rule.significance());
    boolean good = p <= rule.significance();
    double ratio = cost(candidate, rule.cost()) / current.cost(rule.cost());
    boolean cheap = ratio <= rule.maximumCost();
    ObjectNode figures = JSON.createObjectNode();
    figures.put("images", compared.images());
    figures.put("currentAccuracy", compared.first().accuracy());
    figures.put("candidateAccuracy", compared.second().accuracy());
    figures.put("bothRight", compared.bothRight());
    figures.put("onlyCurrentRight", compared.onlyFirst());
    figures.put("onlyCandidateRight", compared.onlySecond());
    figures.put("neitherRight", compared.neither());
    figures.put("tolerance", rule.tolerance());
    addTest(figures, p, rule);
    figures.put("currentVersion", current.number());
    ObjectNode cost = putCosts(figures, "cost", rule.cost(), current, candidate);
    cost.put("of", ConfigPrinter.spelling(rule.cost()));
    cost.put("maximum", rule.maximumCost());
    putCosts(figures, "flops", ModelCost.FLOPS, current, candidate);
    putCosts(figures, "parameters", ModelCost.PARAMETERS, current, candidate);
    putCosts(figures, "stepMillis", ModelCost.TIME, current, candidate);
    String reasons =
        text(
            "accuracy %.2f %% against %.2f %% of version %d on the same %,d images, so that %s is %s"
                + " (%s, significance %s); %.3g times its %s, of which %s is allowed",
            100 * compared.second().accuracy(),
            100 * compared.first().accuracy(),
            current.number(),
            compared.images(),
            rule.tolerance() == 0
                ? "no better one"
                : text("one that is worse by %s points or more", shown(100 * rule.tolerance())),
            good ? "ruled out" : "not ruled out",
            ofTest(p),
            shown(rule.significance()),
            ratio,
            label(rule.cost()),
            cheap
                ? "up to " + shown(rule.maximumCost())
                : "only up to " + shown(rule.maximumCost()));
    return new Verdict(good && cheap, reasons, figures);
  }

  /**
   * Of a candidate where there is no current model: it has to be better than whoever names the most
   * frequent class, whatever the image.
   */
  static Verdict ofFirst(RetrainConfig rule, ModelEvaluation candidate) {
    long mostFrequent = 0;
    for (int label = 0; label < candidate.confusion().labels().size(); label++) {
      mostFrequent = Math.max(mostFrequent, candidate.confusion().images(label));
    }
    double chance = (double) mostFrequent / candidate.images();
    double p =
        NonInferiority.atLeast(
            candidate.confusion().correct(), Math.toIntExact(candidate.images()), chance);
    boolean good = p <= rule.significance();
    ObjectNode figures = JSON.createObjectNode();
    figures.put("images", candidate.images());
    figures.put("candidateAccuracy", candidate.accuracy());
    figures.put("chance", chance);
    addTest(figures, p, rule);
    return new Verdict(
        good,
        text(
            "the first model, accuracy %.2f %% on %,d images, so that one no better than always naming the most"
                + " frequent class (%.2f %%) is %s (%s, significance %s)",
            100 * candidate.accuracy(),
            candidate.images(),
            100 * chance,
            good ? "ruled out" : "not ruled out",
            ofTest(p),
            shown(rule.significance())),
        figures);
  }

  private static ObjectNode putCosts(
      ObjectNode figures, String name, ModelCost cost, ModelVersion current, RunSummary candidate) {
    ObjectNode costs = figures.putObject(name);
    costs.put("current", current.cost(cost));
    costs.put("candidate", cost(candidate, cost));
    return costs;
  }

  private static void addTest(ObjectNode figures, double p, RetrainConfig rule) {
    figures.put("pValue", p);
    figures.put("significance", rule.significance());
  }

  private static double cost(RunSummary summary, ModelCost cost) {
    return switch (cost) {
      case FLOPS -> summary.flops();
      case PARAMETERS -> summary.parameters();
      case TIME -> summary.sparseStepMillis();
    };
  }

  private static String label(ModelCost cost) {
    return switch (cost) {
      case FLOPS -> "FLOPs";
      case PARAMETERS -> "parameters";
      case TIME -> "time of a step";
    };
  }

  private static String ofTest(double p) {
    return p < SMALLEST_SHOWN ? "p < " + shown(SMALLEST_SHOWN) : "p = " + shown(p);
  }

  /** Three digits, without zeros at the end. */
  static String shown(double value) {
    String text = text("%.3g", value);
    return text.contains("e") || !text.contains(".")
        ? text
        : text.replaceFirst("0+$", "").replaceFirst("\\.$", "");
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
