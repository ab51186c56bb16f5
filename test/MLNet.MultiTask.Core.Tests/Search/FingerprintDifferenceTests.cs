using MLNet.MultiTask.Search;

namespace MLNet.MultiTask.Tests.Search;

[TestClass]
public sealed class FingerprintDifferenceTests
{
    private static readonly string[] Stored =
    [
        "tasks a, b, c", "helpers False", "learner net: hidden 64,32; learning rate 0.001; 100 epochs, steps;",
        "100 rows, 4 features", "seed 1, 2 folds",
    ];

    [TestMethod]
    public void Of_TheSame_IsNothing() => Assert.IsNull(FingerprintDifference.Of(Stored, [.. Stored]));

    [TestMethod]
    [DataRow(4, "seed 8, 2 folds", "it has 'seed 1, 2 folds', this sweep 'seed 8, 2 folds'")]
    [DataRow(3, "120 rows, 4 features", "it has '100 rows, 4 features', this sweep '120 rows, 4 features'")]
    [DataRow(0, "tasks a, c, d", "it has 'tasks b', this sweep 'tasks d'")]
    [DataRow(0, "tasks a, b", "it has 'tasks c', this sweep not")]
    [DataRow(2, "learner net: hidden 16; learning rate 0.001; 100 epochs, steps;",
        "it has 'learner net: hidden 64,32', this sweep 'learner net: hidden 16'")]
    [DataRow(2, "learner net: hidden 64,32; linear skip; learning rate 0.001; 100 epochs, steps;",
        "this sweep has 'learner net: linear skip', the file not")]
    public void Of_OneLine_NamesWhatDiffers(int line, string own, string expected)
    {
        string[] changed = [.. Stored];
        changed[line] = own;
        Assert.AreEqual(expected, FingerprintDifference.Of(Stored, changed));
    }

    [TestMethod]
    public void Of_ALineMore_DoesNotShiftTheOthers()
    {
        string[] more = [.. Stored[..2], "settings per group", .. Stored[2..], "learner trees: depth 3"];
        Assert.AreEqual("this sweep has 'settings per group', the file not; this sweep has 'learner trees: depth 3', " +
            "the file not", FingerprintDifference.Of(Stored, more));
        Assert.AreEqual("it has 'settings per group', this sweep not; it has 'learner trees: depth 3', this sweep not",
            FingerprintDifference.Of(more, Stored));
    }
}
