using MLNet.MultiTask.Data;
using MLNet.MultiTask.Evaluation;
using MLNet.MultiTask.Learners;

namespace MLNet.MultiTask.Persistence;

/// <summary>
/// A calibrated model in a file: the inner model, per task the kind of calibrator and the threshold, and the
/// calibrators' numbers one after the other: slope and offset, or margins and probabilities.
/// </summary>
internal sealed class CalibratedFormat()
    : GroupModelFormat<CalibratedModel, CalibratedContent>(CalibratedModel.KindName,
        ModelJson.Default.CalibratedContent)
{
    private const string Inner = "inner.";

    protected override (CalibratedContent, IReadOnlyList<Section>) Store(
        CalibratedModel model, GroupModelFormats formats)
    {
        var sections = new List<Section>();
        GroupModelContent inner = GroupModelContent.Of(model.Inner, Inner, formats, sections);
        int[] lengths = [.. model.Calibrators.Select(c => c switch
        {
            PlattCalibrator => 0,
            IsotonicCalibrator isotonic => isotonic.Margins.Length,
            _ => -1,
        })];
        sections.Add(Section.Of("thresholds", model.Thresholds.ToArray()));
        sections.Add(Section.Of("platt", [.. model.Calibrators.OfType<PlattCalibrator>()
            .SelectMany(p => new[] { p.Slope, p.Offset })]));
        sections.Add(Section.Of("isotonic", [.. model.Calibrators.OfType<IsotonicCalibrator>()
            .SelectMany(i => i.Margins.Concat(i.Probabilities))]));
        return (new CalibratedContent(inner, lengths), sections);
    }

    protected override ModelPlan Plan(CalibratedContent content, ModelFrame frame)
    {
        int[] lengths = content.Lengths;
        if (lengths.Length != frame.Tasks.Count || lengths.Any(l => l < -1 || l > frame.Options.MaxParameters))
            throw new FormatException($"Calibrators of {Counted.Of(lengths.Length, "task")} are described, the model " +
                $"has {frame.Tasks.Count}, or one is of an impossible size");
        if (content.Inner.Kind == CalibratedModel.KindName)
            throw new FormatException("A calibrated model holds another one");
        ModelPlan inner = content.Inner.Plan(Inner, frame);
        long platt = 2L * lengths.Count(l => l == 0), isotonic = 2L * lengths.Where(l => l > 0).Sum(l => (long)l);
        return new ModelPlan(
            [.. inner.Sections, ("thresholds", SectionType.F32, [lengths.Length]), ("platt", SectionType.F64, [platt]),
                ("isotonic", SectionType.F32, [isotonic])],
            inner.Parameters + platt + isotonic, sections => Build(inner, lengths, sections));
    }

    private static CalibratedModel Build(ModelPlan inner, int[] lengths, IReadOnlyList<Section> sections)
    {
        var thresholds = (float[])sections[^3].Data;
        var platt = (double[])sections[^2].Data;
        var isotonic = (float[])sections[^1].Data;
        var calibrators = new ICalibrator?[lengths.Length];
        for (int t = 0, p = 0, i = 0; t < lengths.Length; t++)
            if (lengths[t] == 0)
                calibrators[t] = new PlattCalibrator(platt[p++], platt[p++]);
            else if (lengths[t] > 0)
            {
                int n = lengths[t];
                calibrators[t] = Checked(new IsotonicCalibrator(isotonic[i..(i + n)], isotonic[(i + n)..(i + 2 * n)]));
                i += 2 * n;
            }
        return new CalibratedModel(inner.Build([.. sections.Take(sections.Count - 3)]), calibrators, thresholds);
    }

    private static IsotonicCalibrator Checked(IsotonicCalibrator calibrator)
    {
        for (int i = 0; i < calibrator.Margins.Length; i++)
            if (!(calibrator.Probabilities[i] is >= 0 and <= 1) || (i > 0
                && !(calibrator.Margins[i] > calibrator.Margins[i - 1]
                    && calibrator.Probabilities[i] >= calibrator.Probabilities[i - 1])))
                throw new FormatException("The margins or probabilities of a calibrator do not rise");
        return calibrator;
    }
}

/// <summary>The inner model; per task −1 = no calibrator, 0 = Platt, otherwise the points of an isotonic one.</summary>
internal sealed record CalibratedContent(GroupModelContent Inner, int[] Lengths);
