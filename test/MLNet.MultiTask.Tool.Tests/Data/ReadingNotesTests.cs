using MLNet.MultiTask.Tool.Data;
using MLNet.MultiTask.Tool.Data.Csv;

namespace MLNet.MultiTask.Tool.Tests.Data;

[TestClass]
public sealed class ReadingNotesTests
{
    [TestMethod]
    [DataRow(0, 1)]
    [DataRow(10_000, -2)]
    public void Find_ColumnThatCountsTheRows_IsNamed(int first, int step)
    {
        string[] notes = Notes(25, i => $"{first + i * step},{i % 7},0,a,x");

        CollectionAssert.AreEqual(new[] { "Note: d.csv: every row has a number of its own in 'n', as ids and row " +
            "counters have; what only names rows is left out with --ignore." }, notes);
        Assert.HasCount(1, Notes(25, i => $"{(i < 24 ? i : 25)},{i % 7},0,a,x"));
    }

    [TestMethod]
    public void Find_NumbersThatAreMissingOrThereTwice_AreNotNamed()
    {
        Assert.IsEmpty(Notes(25, i => $"{(i < 24 ? i : 3)},{i % 7},0,a,x"));
        Assert.IsEmpty(Notes(25, i => $"{(i == 5 ? "" : $"{i}")},{i % 7},0,a,x"));
        Assert.IsEmpty(Notes(25, i => $"5,{i % 7},0,a,x"));
    }

    [TestMethod]
    public void Find_ValuesThatDifferInCaseOnly_AreNamedInFeaturesAndClasses()
    {
        string[] notes = Notes(25, i => $"{i % 5},1,0,{(i % 2 == 0 ? "a" : "A")},{(i % 3 == 0 ? "lo" : "Lo")}");

        CollectionAssert.AreEqual(new[] { "Note: d.csv: values that differ in the case of letters only are different " +
            "ones: 'a' and 'A' of 'g', 'lo' and 'Lo' of 'c'." }, notes);
    }

    [TestMethod]
    public void Find_TextsThatMayBeMissing_AreNamedUnlessGivenAsMissing()
    {
        static string Line(int i) => $"{i % 5},1,0,{(i % 2 == 0 ? "a" : "-")},{(i % 3 == 0 ? "x" : "None")}";

        CollectionAssert.AreEqual(new[] { "Note: d.csv: texts that may mean that a value is not known are values: " +
            "'-' of 'g', 'None' of 'c'; --missing names what is missing." }, Notes(25, Line));
        Assert.IsEmpty(Notes(25, Line, "none", "-"));
    }

    [TestMethod]
    [DataRow("0{0:D4}", "numbers have leading zeros, as codes do, in 'n'; --categorical reads codes.")]
    [DataRow("{0}.5", null)]
    [DataRow("NA", "no row has a value in 'n'.")]
    public void Find_ColumnInAForm_IsNoted(string form, string? note)
    {
        string[] notes = Notes(25, i =>
            $"{string.Format(System.Globalization.CultureInfo.InvariantCulture, form, i % 9)},{i % 7},{i % 2},a,x");
        CollectionAssert.AreEqual(note is null ? [] : new[] { "Note: d.csv: " + note }, notes);
    }

    [TestMethod]
    [DataRow("{0} kg", "numbers with a unit are read as categories: 'kg' of 'g'; without it they are numbers.")]
    [DataRow("floor {0}", null)]
    public void Find_CategoriesInAForm_AreNoted(string form, string? note)
    {
        string[] notes = Notes(25, i =>
            $"{i % 9},1,1,{string.Format(System.Globalization.CultureInfo.InvariantCulture, form, i % 9)},x");
        CollectionAssert.AreEqual(note is null ? [] : new[] { "Note: d.csv: " + note }, notes);
    }

    [TestMethod]
    [DataRow("2024-01-0{0}")]
    [DataRow("{0}.12.2023")]
    [DataRow("{0}/2/23 11:15 PM")]
    [DataRow("0{0}:30")]
    public void Find_DatesAsCategories_AreNotedUnlessMeant(string form)
    {
        string Line(int i) =>
            $"{i % 9},1,1,{string.Format(System.Globalization.CultureInfo.InvariantCulture, form, 1 + i % 9)},x";
        string first = string.Format(System.Globalization.CultureInfo.InvariantCulture, form, 1);
        CollectionAssert.AreEqual(new[] { "Note: d.csv: dates or times are read as categories, each one of its own, " +
            $"so that no later one is known: '{first}' of 'g'; make numbers of them, such as the month or the days " +
            "since one of them, leave them out with --ignore, or name them with --categorical." }, Notes(25, Line));
        Assert.IsEmpty(Notes(All(25, Line, [], "g")));
    }

    [TestMethod]
    public void Find_NumbersOfNinesFarFromAllOthers_AreNoted()
    {
        string[] notes = Notes(60, i => $"{(i % 6 == 0 ? -999 : i % 9)},{i % 7},{i % 2},a,x");
        CollectionAssert.AreEqual(new[] { "Note: d.csv: numbers may mean that a value is not known: -999 in 10 cells " +
            "of 'n'; --missing names what is missing." }, notes);
        Assert.IsEmpty(Notes(60, i => $"{(i % 6 == 0 ? -999 : i % 9)},{i % 7},{i % 2},a,x", "-999"));
        Assert.IsEmpty(Notes(60, i => $"{(i % 6 == 0 ? 99 : 40 + i % 20)},{i % 7},{i % 2},a,x"));
    }

    [TestMethod]
    public void Find_FeatureThatSaysTheLabelInOtherWords_IsNoted()
    {
        string[] notes = Notes(25, i => $"{i % 5},1,1,{(i % 2 == 0 ? "no" : "yes")},{i % 2}");
        Assert.AreEqual("Note: d.csv: features are copies of labels: 'g' of 'c'; what is not known when rows are " +
            "scored is left out with --ignore.", notes[0]);
        Assert.IsEmpty(Notes(25, i => $"{i % 5},{i % 3},1,{(i % 2 == 0 || i == 7 ? "no" : "yes")},{i % 2}"));
    }

    [TestMethod]
    [DataRow("None", " (--missing names the texts that mean that a value is not known).")]
    [DataRow("1.5%", " (it has a percent sign; numbers are written like 1234.5).")]
    [DataRow("\"1,5\"", " (--decimal-comma reads numbers with a decimal comma).")]
    [DataRow("abc", "'abc'; a finite number is expected for a regression.")]
    public void Read_LabelThatIsNoNumber_SaysTheWayOut(string cell, string end)
    {
        using var folder = new TemporaryFolder();
        var description = new DataDescription
        {
            Path = folder.Write("d.csv", ["x,y", "1,2", $"2,{cell}"]),
            Labels = [new LabelColumn("y", TaskKind.Regression)],
        };
        CsvTable csv = CsvTable.Read(description.Path, description.Format, description.Texts, CancellationToken.None);

        var bad = new BadCells(csv);
        new LabelReader(csv, [0, 1], bad, null).Read(description);
        var e = Assert.ThrowsExactly<InputException>(bad.ThrowIfAny);

        StringAssert.EndsWith(e.Message, end, StringComparison.Ordinal);
    }

    [TestMethod]
    public void Find_ColumnsThatAreTheSameInEveryRow_AreNamed() =>
        CollectionAssert.AreEqual(new[] { "Note: d.csv: every row has the same value in 'w', 'g'; nothing can be " +
            "learned from it." }, All(25, i => $"{i % 5},{i % 7},0,a,{(i % 2 == 0 ? "x" : "y")}"));

    [TestMethod]
    public void Find_FeatureThatIsALabel_IsNamed()
    {
        string label(int i) => i % 3 == 0 ? "x" : "y";
        CollectionAssert.AreEqual(new[] { "Note: d.csv: features are copies of labels: 'g' of 'c'; what is not known " +
            "when rows are scored is left out with --ignore." },
            All(25, i => $"{i % 5},{i % 7},{i % 2},{label(i)},{label(i)}"));
        Assert.IsEmpty(All(25, i => $"{i % 5},{i % 7},{i % 2},{label(i == 24 ? 1 : i)},{label(i)}"));
    }

    // Without what is said of columns that are the same in every row.
    private static string[] Notes(int rows, Func<int, string> line, params string[] missing) =>
        Notes(All(rows, line, missing));

    private static string[] Notes(string[] all) =>
        [.. all.Where(n => !n.Contains("every row has the same", StringComparison.Ordinal))];

    private static string[] All(int rows, Func<int, string> line, string[]? missing = null,
        params string[] categorical)
    {
        using var folder = new TemporaryFolder();
        var description = new DataDescription
        {
            Path = folder.Write("d.csv", ["n,m,w,g,c", .. Enumerable.Range(0, rows).Select(line)]),
            Format = missing is null or [] ? new CsvFormat() : new CsvFormat { Missing = missing },
            Labels = [new LabelColumn("c", TaskKind.Multiclass)],
            Categorical = categorical,
        };
        CsvTable csv = CsvTable.Read(description.Path, description.Format, description.Texts, CancellationToken.None);
        return ReadingNotes.Find(csv, ["n", "m", "w"], ["g"], description);
    }
}
