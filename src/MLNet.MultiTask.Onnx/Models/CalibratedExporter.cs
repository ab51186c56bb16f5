using MLNet.MultiTask.Evaluation;
using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Onnx.Graph;

namespace MLNet.MultiTask.Onnx.Models;

/// <summary>Another model with calibrated probabilities and margins that are moved by thresholds.</summary>
internal sealed class CalibratedExporter : IGroupModelExporter
{
    public string Kind => CalibratedModel.KindName;

    public GroupScores Export(IGroupModel model, string features, GraphBuilder graph)
    {
        var own = (CalibratedModel)model;
        GroupScores inner = GroupModelExporters.Find(own.Inner)!.Export(own.Inner, features, graph);
        List<string> scores = [], raw = [];
        for (int t = 0; t < own.Tasks.Count; t++)
        {
            long[] outputs = [.. Enumerable.Range(own.OutputOffset(t), own.Tasks[t].OutputCount).Select(o => (long)o)];
            (string score, string margin) = (graph.Columns(inner.Scores, outputs), graph.Columns(inner.Raw, outputs));
            if (own.Calibrators[t] is { } calibrator)
            {
                score = Probability(calibrator, margin, graph);
                margin = Logit(score, graph);
            }
            if (own.Thresholds[t] != 0.5f)
                margin = graph.Add("Sub", [margin, graph.Constant(CalibratedModel.Logit(own.Thresholds[t]))]);
            scores.Add(score);
            raw.Add(margin);
        }
        return new GroupScores(graph.Concatenate(scores), graph.Concatenate(raw));
    }

    private static string Probability(ICalibrator calibrator, string margin, GraphBuilder graph) => calibrator switch
    {
        PlattCalibrator platt => Probabilities.Sigmoid(graph.Add("Add",
            [graph.Add("Mul", [margin, graph.Constant((float)platt.Slope)]),
                graph.Constant((float)platt.Offset)]), graph),
        IsotonicCalibrator isotonic => Isotonic(isotonic, margin, graph),
        _ => throw new InvalidOperationException($"No exporter for a {calibrator.GetType().Name}"),
    };

    // The first probability and what every stretch adds: its slope times how far the margin has come on it.
    private static string Isotonic(IsotonicCalibrator calibrator, string margin, GraphBuilder graph)
    {
        float[] m = calibrator.Margins, p = calibrator.Probabilities;
        int stretches = m.Length - 1;
        if (stretches == 0)
            return graph.Add("Add", [graph.Add("Mul", [margin, graph.Constant(0)]), graph.Constant(p[0])]);
        float[] lengths = [.. Enumerable.Range(0, stretches).Select(i => m[i + 1] - m[i])];
        string come = graph.Add("Min", [graph.Add("Max",
            [graph.Add("Sub", [margin, graph.Constant(m.AsSpan(0, stretches), stretches)]), graph.Constant(0)]),
            graph.Constant(lengths, stretches)]);
        float[] slopes = [.. Enumerable.Range(0, stretches).Select(i => (p[i + 1] - p[i]) / lengths[i])];
        return graph.Add("Add",
            [graph.Add("MatMul", [come, graph.Constant(slopes, stretches, 1)]), graph.Constant(p[0])]);
    }

    private static string Logit(string probability, GraphBuilder graph)
    {
        string p = graph.Add("Clip", [probability, graph.Constant(CalibratedModel.Least),
            graph.Constant(CalibratedModel.Greatest)]);
        return graph.Add("Log", [graph.Add("Div", [p, graph.Add("Sub", [graph.Constant(1), p])])]);
    }
}
