package io.coppice.storage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.coppice.structure.CostModel;
import io.coppice.structure.CostModel.Conditional;
import io.coppice.structure.CostModel.Term;
import java.util.ArrayList;
import java.util.List;

/** A cost model as JSON, which gives back the same numbers bit for bit. */
final class CostModelJson {

  private static final String TERMS = "terms";
  private static final String CONDITIONALS = "conditionals";
  private static final String BLOCK = "block";

  private CostModelJson() {}

  static ObjectNode write(CostModel model) {
    ObjectNode json = new ObjectMapper().createObjectNode();
    ArrayNode terms = json.putArray(TERMS);
    for (Term term : model.terms()) {
      terms.addArray().add(term.coefficient()).add(term.first()).add(term.second());
    }
    ArrayNode conditionals = json.putArray(CONDITIONALS);
    for (Conditional conditional : model.conditionals()) {
      ArrayNode one =
          conditionals.addArray().add(conditional.coefficient()).add(conditional.group());
      conditional.in().forEach(one.addArray()::add);
      conditional.out().forEach(one.addArray()::add);
    }
    return json.put(BLOCK, model.block());
  }

  /**
   * @param groups number of the network's channel groups
   * @throws IllegalArgumentException if it is not what {@link #write} writes
   */
  static CostModel read(JsonNode json, int groups) {
    List<Term> terms = new ArrayList<>();
    for (JsonNode term : json.path(TERMS)) {
      terms.add(
          new Term(number(term.path(0)), group(term.path(1), groups), group(term.path(2), groups)));
    }
    List<Conditional> conditionals = new ArrayList<>();
    for (JsonNode conditional : json.path(CONDITIONALS)) {
      conditionals.add(
          new Conditional(
              number(conditional.path(0)),
              group(conditional.path(1), groups),
              groups(conditional.path(2), groups),
              groups(conditional.path(3), groups)));
    }
    return new CostModel(terms, conditionals, json.path(BLOCK).intValue());
  }

  private static double number(JsonNode json) {
    if (!json.isNumber()) {
      throw new IllegalArgumentException("expected a number of a cost, found '" + json + "'");
    }
    return json.doubleValue();
  }

  private static int group(JsonNode json, int groups) {
    if (!json.isInt() || json.intValue() < CostModel.NONE || json.intValue() >= groups) {
      throw new IllegalArgumentException(
          "expected one of " + groups + " channel groups, found '" + json + "'");
    }
    return json.intValue();
  }

  private static List<Integer> groups(JsonNode json, int groups) {
    List<Integer> all = new ArrayList<>();
    json.forEach(group -> all.add(group(group, groups)));
    return all;
  }
}
