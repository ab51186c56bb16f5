using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Schema;

namespace MLNet.MultiTask;

/// <summary>
/// Trains every group of tasks with a learner of its own, such as a linear model for some tasks and boosted trees for
/// others.
/// </summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// To create this trainer, use `mlContext.MultiTask().Trainers.PerGroup(...)`. Input and output columns are those of
/// `SharedBottomTrainer`.
///
/// ### Trainer Characteristics
/// | | |
/// | -- | -- |
/// | Machine learning task | Binary, multi-class and regression tasks together |
/// | Is normalization required? | As the learners say |
/// | Is caching required? | No: the data is read once |
/// | Required NuGet in addition to Microsoft.ML | MLNet.MultiTask |
/// | Exportable to ONNX | Yes, where the learners' models are |
///
/// ### Background
/// What a sweep with `SettingsPerGroup` found is trained again by this.
/// ]]></format>
/// </remarks>
public sealed class PerGroupTrainer : MultiTaskTrainer
{
    private readonly TaskGrouping _grouping;
    private readonly IReadOnlyList<IGroupLearner> _learners;

    internal PerGroupTrainer(MLContext context, Options options) : base(context, "PerGroup", options)
    {
        _grouping = options.Grouping?.Given
            ?? throw new ArgumentException($"{nameof(Options)}.{nameof(Options.Grouping)} " +
            "must be a grouping: each of its groups has a learner", nameof(options));
        _learners = options.Learners
            ?? throw new ArgumentException($"{nameof(Options)}.{nameof(Options.Learners)} must " +
            $"say the learner of each group of '{_grouping}'", nameof(options));
        Learner = new LearnerPerGroup(_grouping, _learners);
        Run = new LearnerRun { Threads = options.Threads };
        Run.Validate();
    }

    private protected override IGroupLearner Learner { get; }

    private protected override LearnerRun Run { get; }

    private protected override IGroupLearner LearnerFor(DataViewSchema.Column features, IChannel channel) =>
        CategoryRanges.Of(features) is not { Length: > 0 } categories ? Learner
            : new LearnerPerGroup(_grouping, [.. _learners.Select(l => l is BoostedTreesLearner trees
                ? trees.WithCategories(categories) : l)]);

    /// <summary>Options of <see cref="PerGroupTrainer"/>.</summary>
    public sealed class Options : GroupTrainerOptions
    {
        /// <summary>
        /// The learner of each group, in the order of the groups of <see cref="GroupTrainerOptions.Grouping"/>, which
        /// must be given. Forests that name no <see cref="BoostedTreesOptions.Categories"/> take them from the
        /// features'
        /// annotation of categorical slots.
        /// </summary>
        /// <value>The default value is null; it must be set.</value>
        public IReadOnlyList<IGroupLearner>? Learners { get; set; }

        /// <summary>Upper limit of threads; results do not depend on it.</summary>
        /// <value>The default value is null: all cores. At least 1.</value>
        public int? Threads { get; set; }
    }
}
