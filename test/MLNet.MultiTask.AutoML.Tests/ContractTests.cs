using Microsoft.ML.AutoML;
using Microsoft.ML.SearchSpace;
using Microsoft.ML.SearchSpace.Option;

namespace MLNet.MultiTask.Tests.AutoML;

/// <summary>How AutoML behaves where the bridge relies on it; the same on the package and on its contract.</summary>
[TestClass]
public sealed class ContractTests
{
    [TestMethod]
    public async Task RunAsync_OneTrial_CallsInOrder()
    {
        var contract = new Contract();
        await contract.Experiment().SetMaxModelToExplore(1).RunAsync();
        CollectionAssert.IsSubsetOf(new[] { "propose 0", "running 0", "completed 0", "update 0 0", "best 0" },
            contract.Calls);
        CollectionAssert.AreEqual(new[] { "propose 0", "running 0", "completed 0", "update 0 0", "best 0" },
            contract.Calls.Where(c => c != "dispose").ToArray());
        Assert.AreEqual("dispose", contract.Calls[^1]);
    }

    [TestMethod]
    public async Task RunAsync_SynchronousRunner_ReturnsCompleted()
    {
        Task<TrialResult> run = new Contract().Experiment().SetMaxModelToExplore(3).RunAsync();
        Assert.IsTrue(run.IsCompleted);
        Assert.AreEqual(0, (await run).Loss);
    }

    [TestMethod]
    public async Task RunAsync_LossesThatAreNoNumbers_AreNeverBestButMinusInfinityIs()
    {
        double[] losses = [double.NaN, 3, double.PositiveInfinity, 2, double.NaN];
        TrialResult best = await new Contract { Loss = t => losses[t] }.Experiment().SetMaxModelToExplore(5).RunAsync();
        Assert.AreEqual(2, best.Loss);
        losses[4] = double.NegativeInfinity;
        best = await new Contract { Loss = t => losses[t] }.Experiment().SetMaxModelToExplore(5).RunAsync();
        Assert.AreEqual(double.NegativeInfinity, best.Loss);
    }

    [TestMethod]
    public async Task RunAsync_NoLossIsANumber_TimesOut() => await Assert.ThrowsExactlyAsync<TimeoutException>(() =>
        new Contract { Loss = _ => double.NaN }.Experiment().SetMaxModelToExplore(3).RunAsync());

    [TestMethod]
    public async Task RunAsync_FirstTrialFails_EndsUnlessCancelled()
    {
        await Assert.ThrowsExactlyAsync<IOException>(() =>
            new Contract { Failure = t => t == 0 ? new IOException() : null }
            .Experiment().SetMaxModelToExplore(3).RunAsync());
        var contract = new Contract { Failure = t => t == 0 ? new OperationCanceledException() : null };
        TrialResult best = await contract.Experiment().SetMaxModelToExplore(3).RunAsync();
        Assert.AreEqual(1, best.Loss);
        CollectionAssert.Contains(contract.Calls, "failed 0 OperationCanceledException");
        Assert.AreEqual(3, contract.Calls.Count(c => c.StartsWith("propose", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task RunAsync_TokenCancelledInUpdate_EndsWithTheBestAndNoFurtherTrial()
    {
        using var source = new CancellationTokenSource();
        var contract = new Contract
        {
            Updated = (_, result) => { if (result.TrialSettings.TrialId == 2) source.Cancel(); },
        };
        TrialResult best = await contract.Experiment().RunAsync(source.Token);
        Assert.AreEqual(0, best.Loss);
        Assert.AreEqual(3, contract.Calls.Count(c => c.StartsWith("propose", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task RunAsync_CancelledWhileProposing_IsNotToldToTheTrial()
    {
        using var source = new CancellationTokenSource();
        var contract = new Contract { Proposing = t => { if (t == 1) source.Cancel(); } };
        await contract.Experiment().RunAsync(source.Token);
        CollectionAssert.AreEqual(new[] { false, false }, contract.Cancelled);
    }

    [TestMethod]
    public async Task RunAsync_UpdateThrows_TrialIsCompletedAndFailed()
    {
        var contract = new Contract
        {
            Updated = (_, result) => { if (result is { Loss: 1 }) throw new InvalidOperationException(); },
        };
        await contract.Experiment().SetMaxModelToExplore(3).RunAsync();
        CollectionAssert.IsSubsetOf(new[] { "completed 1", "failed 1 InvalidOperationException",
            $"update 1 {double.MaxValue:R}" }, contract.Calls);
    }

    [TestMethod]
    public async Task RunAsync_ParameterOfNaN_EndsTheRunEvenAfterSuccesses()
    {
        int made = 0;
        var contract = new Contract
        {
            Parameter = () => Parameter.CreateNestedParameter(
                KeyValuePair.Create("x", Parameter.FromDouble(made++ == 1 ? double.NaN : 1))),
        };
        await Assert.ThrowsAsync<Exception>(() => contract.Experiment().SetMaxModelToExplore(3).RunAsync());
    }

    [TestMethod]
    public async Task RunAsync_Again_ReturnsTheBestOfBothAndCountsFromZero()
    {
        int run = 0;
        var contract = new Contract { Loss = t => t + 10 * run };
        AutoMLExperiment experiment = contract.Experiment().SetMaxModelToExplore(2);
        Assert.AreEqual(0, (await experiment.RunAsync()).Loss);
        run = 1;
        Assert.AreEqual(0, (await experiment.RunAsync()).Loss);
        Assert.AreEqual(2, contract.Calls.Count(c => c == "propose 0"));
    }

    [TestMethod]
    public void Parameter_EqualityIsThatOfTheText()
    {
        Parameter ab = Nest(("a", Parameter.FromInt(1)), ("b", Parameter.FromInt(2)));
        Assert.AreEqual(ab, Nest(("a", Parameter.FromInt(1)), ("b", Parameter.FromInt(2))));
        Assert.AreNotEqual(ab, Nest(("b", Parameter.FromInt(2)), ("a", Parameter.FromInt(1))));
        Assert.ThrowsExactly<KeyNotFoundException>(() => ab["c"]);
        Assert.AreEqual("0,1|2", Parameter.FromString("0,1|2").AsType<string>());

        static Parameter Nest(params (string Key, Parameter Value)[] values) => Parameter.CreateNestedParameter(
            [.. values.Select(v => KeyValuePair.Create(v.Key, v.Value))]);
    }

    [TestMethod]
    public void Choice_FeatureAndBack()
    {
        var choice = new ChoiceOption("a", "b", "c");
        Assert.AreEqual(1, choice.FeatureSpaceDim);
        Assert.AreEqual("b", choice.SampleFromFeatureSpace([0.34]).AsType<string>());
        Assert.AreEqual("c", choice.SampleFromFeatureSpace([0.99]).AsType<string>());
        Assert.AreEqual(0, new ChoiceOption("only").FeatureSpaceDim);
    }
}
