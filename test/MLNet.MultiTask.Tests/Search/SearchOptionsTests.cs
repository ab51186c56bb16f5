using System.Reflection;
using Microsoft.ML.SearchSpace;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Tests.Search;

/// <summary>Attributes of ranges and choices: their defaults are the options', and every value can be used.</summary>
[TestClass]
public sealed class SearchOptionsTests
{
    [TestMethod]
    [DataRow(typeof(SharedBottomSearch))]
    [DataRow(typeof(BoostedTreesSearch))]
    public void Properties_Defaults_AreThoseOfTheAttributes(Type type)
    {
        object usual = Activator.CreateInstance(type)!;
        foreach (PropertyInfo property in type.GetProperties())
        {
            object? expected = property.GetCustomAttribute<RangeAttribute>() is { } range ? range.Init
                : property.GetCustomAttribute<ChoiceAttribute>()!.DefaultValue;
            Assert.AreEqual(expected, property.GetValue(usual), property.Name);
            // Numbers of a range are read as they are stored; the upper bound of whole numbers is never drawn.
            if (property.GetCustomAttribute<RangeAttribute>() is { } numbers)
                Assert.IsTrue(numbers is { Min: float, Max: float } && property.PropertyType == typeof(float),
                    property.Name);
        }
    }

    [TestMethod]
    public void Apply_Defaults_ChangeNothing()
    {
        Assert.AreEqual(new SharedBottomLearner(new TrainingOptions()).Settings,
            new SharedBottomLearner(new SharedBottomSearch().Apply(new TrainingOptions())).Settings);
        Assert.AreEqual(new BoostedTreesLearner(new()).Settings,
            new BoostedTreesLearner(new BoostedTreesSearch().Apply(new() {
            LearningRate = 0.05f })).Settings.Replace("0.05000000074505806", "0.05", StringComparison.Ordinal));
    }

    [TestMethod]
    [DataRow(typeof(SharedBottomSearch))]
    [DataRow(typeof(BoostedTreesSearch))]
    public void Apply_EveryBoundAndChoice_IsAllowedAndDecidesTheLearner(Type type)
    {
        foreach (PropertyInfo property in type.GetProperties())
        {
            object[] values = property.GetCustomAttribute<RangeAttribute>() is { } range ? [range.Min, range.Max]
                : property.GetCustomAttribute<ChoiceAttribute>()!.Candidates;
            string[] settings = [.. values.Select(value =>
            {
                object chosen = Activator.CreateInstance(type)!;
                property.SetValue(chosen, value);
                return chosen is SharedBottomSearch network
                    ? new SharedBottomLearner(network.Apply(new TrainingOptions())).Settings
                    : new BoostedTreesLearner(((BoostedTreesSearch)chosen).Apply(new())).Settings;
            })];
            Assert.HasCount(values.Length, settings.Distinct(), property.Name);
        }
    }
}
