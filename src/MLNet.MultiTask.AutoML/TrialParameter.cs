using Microsoft.ML.SearchSpace;
using Microsoft.ML.SearchSpace.Option;

namespace MLNet.MultiTask.AutoML;

/// <summary>
/// Points as parameters: all values are texts, all keys lower-case letters, since AutoML orders keys by culture and
/// loses numbers on the way through its feature space.
/// </summary>
internal static class TrialParameter
{
    public const string Key = "multitask";
    public const string Grouping = "grouping";
    private const string Learner = "learner";

    // Only where groups differ.
    private const string Groups = "groups";

    /// <summary>The parameter of a point, as an experiment hands it on.</summary>
    public static Parameter Of(SweepPoint point) => Parameter.CreateNestedParameter(
        KeyValuePair.Create(Key, Parameter.CreateNestedParameter([
            KeyValuePair.Create(Grouping, Parameter.FromString(point.Grouping.ToString())),
            KeyValuePair.Create(Learner, Parameter.FromString(point.Learner)),
            .. point.Settings.Select(s =>
                KeyValuePair.Create(KeyOf(point.Learner, s.Key), Parameter.FromString(s.Value))),
            .. point.IsShared ? (KeyValuePair<string, Parameter>[])[]
                : [KeyValuePair.Create(Groups, Parameter.FromString(point.LearnerText))]])));

    /// <summary>The point of a parameter, of our tuner or another one.</summary>
    /// <param name="parameter">As the runner gets it.</param>
    /// <param name="learners">Those of the sweep.</param>
    public static SweepPoint Point(Parameter parameter, IReadOnlyList<SweepLearner> learners)
    {
        Parameter own = parameter[Key];
        string name = own[Learner].AsType<string>();
        SweepLearner learner = learners.FirstOrDefault(l => l.Name == name)
            ?? throw new ArgumentException($"The parameter names the learner '{name}', which the sweep does not have");
        TaskGrouping grouping = TaskGrouping.Parse(own[Grouping].AsType<string>());
        if (own.ContainsKey(Groups))
            return SweepPoint.Parse(grouping, own[Groups].AsType<string>());
        return new SweepPoint(grouping, name, learner.Settings.Select(s =>
            KeyValuePair.Create(s.Name, own[KeyOf(name, s.Name)].AsType<string>())));
    }

    /// <summary>
    /// Learners and settings as options, for other tuners; groupings are added once the tasks are known.
    /// </summary>
    public static IEnumerable<(string Key, OptionBase Option)> Options(IReadOnlyList<SweepLearner> learners) =>
        learners.SelectMany(l => l.Settings.Select(s => (KeyOf(l.Name, s.Name), Choice(s.Values))))
            .Prepend((Learner, Choice([.. learners.Select(l => l.Name)])));

    public static OptionBase Choice(IReadOnlyList<string> values) => new ChoiceOption([.. values]);

    private static string KeyOf(string learner, string setting) =>
        string.Concat(learner.Concat(setting).Where(char.IsAsciiLetterLower));
}
