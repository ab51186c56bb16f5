namespace MLNet.MultiTask.Tests.Training.Weightings;

[TestClass]
public class TaskWeightingsTests
{
    public static IEnumerable<object[]> Names => TaskWeightings.All.Select(m => new object[] { m.Name });

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Parse_Name_RoundTripsTheCanonicalText(string name)
    {
        TaskWeighting weighting = TaskWeightings.Parse(name);
        Assert.AreEqual(name, weighting.Name);
        Assert.AreEqual(weighting, TaskWeightings.Parse(weighting.ToString()));
    }

    [TestMethod]
    public void Parse_EveryWeightingClass_IsInTheRegistry()
    {
        string[] classes = [.. typeof(TaskWeighting).Assembly.GetTypes()
            .Where(t => t.IsSubclassOf(typeof(TaskWeighting)) && !t.IsAbstract).Select(t => t.Name).Order()];
        string[] registered = [.. TaskWeightings.All.Select(m => TaskWeightings.Parse(m.Name).GetType().Name).Order()];
        CollectionAssert.AreEqual(classes, registered);
    }

    [TestMethod]
    [DataRow("cagrad(c=0.25)"), DataRow("fixed(a=1,b=2.5)"), DataRow("mgda(normalization=Loss)"),
        DataRow("uncertainty(initial=0,step-size=0.01)"), DataRow("graddrop(directions=8,leak=0.5)"),
        DataRow("sam(rho=0.1,head-rho=0,around=cagrad(c=0.25))")]
    public void Parse_Settings_RoundTrip(string text) => Assert.AreEqual(text, TaskWeightings.Parse(text).ToString());

    [TestMethod]
    [DataRow("pcgrd", "There is no weighting 'pcgrd'; there are equal, fixed, uncertainty, ")]
    [DataRow("cagrad(d=1)", "Weighting 'cagrad' has no setting 'd'; it has c")]
    [DataRow("equal(c=1)", "Weighting 'equal' has no setting 'c'; it has none")]
    [DataRow("cagrad(c=x)", "Setting 'c' of weighting 'cagrad' is 'x'; it must be a number")]
    [DataRow("dibs-mtl(steps=1.5)", "Setting 'steps' of weighting 'dibs-mtl' is '1.5'; it must be a whole number")]
    [DataRow("mgda(normalization=x)", "Setting 'normalization' of weighting 'mgda' is 'x'; it must be one of None, ")]
    [DataRow("cagrad(c=1", "Settings of weighting 'cagrad' are '(c=1'; they must be (name=value,…)")]
    [DataRow("cagrad(c)", "Setting 'c' of weighting 'cagrad' must be name=value, once per name")]
    public void Parse_BadText_SaysWhatIsWrong(string text, string expected) =>
        StringAssert.StartsWith(
            Assert.ThrowsExactly<FormatException>(() => TaskWeightings.Parse(text)).Message, expected);

    [TestMethod]
    [DataRow("cagrad(c=1)", "C must be at least 0 and less than 1")]
    [DataRow("fixed(a=-1)", "Weight of task 'a' must be positive and finite")]
    [DataRow("fairgrad(alpha=NaN)", "Alpha must be from 0.1 to 20")]
    [DataRow("famo(step-size=0)", "StepSize must be positive and finite")]
    public void Parse_SettingOutOfRange_NamesRangeAndValue(string text, string expected) =>
        StringAssert.StartsWith(
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => TaskWeightings.Parse(text)).Message, expected);

    [TestMethod]
    public void Start_FixedWithoutATask_NamesAllOfThem()
    {
        var e = Assert.ThrowsExactly<ArgumentException>(() =>
            new WeightingSession(TaskWeightings.Parse("fixed(t1=2)"), 3));
        StringAssert.StartsWith(e.Message,
            "Weighting 'fixed' has no weight for 't0', 't2'; every task that is trained needs one");
    }
}
