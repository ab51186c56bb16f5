using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MultiTask.Data;

namespace MLNet.MultiTask.Tests.Data;

[TestClass]
public class LabelTests
{
    private readonly MLContext _context = new(seed: 1);

    [TestMethod]
    [DataRow("Integer")]
    [DataRow("Exact")]
    [DataRow("Yes")]
    [DataRow("Digit")]
    public void Read_BinaryOfAnyType_GivesZerosAndOnes(string column)
    {
        List<LabelRow> rows = Rows(20);
        (TaskTable table, _) = Read(rows, TaskColumn.Binary(column));
        CollectionAssert.AreEqual(rows.Select(r => r.Integer == 1 ? 1f : 0).ToArray(), table.Labels);
    }

    [TestMethod]
    public void Read_MissingTexts_AreNotObservedInEveryKindOfTask()
    {
        string[] missing = ["", "NA", "n/a", "null", "?", "NaN", " NA "];
        List<LabelRow> rows = Rows(20);
        for (int i = 0; i < missing.Length; i++)
            (rows[i].Yes, rows[i].Number, rows[i].Grade) = (missing[i], missing[i], missing[i]);
        (TaskTable table, _) = Read(rows, TaskColumn.Binary("Yes"), TaskColumn.Regression("Number"),
            TaskColumn.Multiclass("Grade"));
        for (int i = 0; i < 20; i++)
            for (int t = 0; t < 3; t++)
                Assert.AreEqual(i >= missing.Length, table.IsObserved(i, t), $"row {i}, task {t}");
        CollectionAssert.AreEqual(new[] { "a", "b", "c" }, table.Tasks[2].ClassNames.ToArray());
    }

    [TestMethod]
    public void Read_MulticlassOfNumbers_HasClassesInOrderOfNumbers()
    {
        List<LabelRow> rows = Rows(3);
        (rows[0].Integer, rows[1].Integer, rows[2].Integer) = (10, 9, 10);
        (TaskTable table, _) = Read(rows, TaskColumn.Multiclass("Integer"));
        CollectionAssert.AreEqual(new[] { "9", "10" }, table.Tasks[0].ClassNames.ToArray());
        CollectionAssert.AreEqual(new[] { 1f, 0, 1 }, table.Labels);
    }

    [TestMethod]
    public void Read_TextThatIsNoLabel_IsNamed()
    {
        List<LabelRow> rows = Rows(20);
        (rows[4].Number, rows[5].Yes, rows[6].Yes) = ("1,5", "perhaps", "sometimes");
        Refused("Label column 'Number' holds '1,5'; a number", TaskColumn.Regression("Number"));
        Refused("Label column 'Yes' holds 'perhaps', 'sometimes'; 0, 1, true", TaskColumn.Binary("Yes"));
        void Refused(string message, TaskColumn task) => StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => Read(rows, task)).Message, message);
    }

    [TestMethod]
    [DataRow("no", "yes", null, 1)]
    [DataRow("Yes", "No", null, 0)]
    [DataRow("TRUE", "false", null, 0)]
    [DataRow("0", "1", null, 1)]
    [DataRow("malignant", "benign", "malignant", 0)]
    [DataRow("benign", "malignant", "malignant", 1)]
    [DataRow("no", "yes", "no", 0)]
    public void Read_KeyOfTwoValues_DoesNotDependOnTheirOrder(string first, string second, string? positive, int place)
    {
        List<LabelRow> rows = Rows(6);
        for (int i = 0; i < 6; i++)
            rows[i].Grade = i % 3 == 0 ? first : second;
        foreach (bool reversed in new[] { false, true })
        {
            List<LabelRow> ordered = reversed ? [.. Enumerable.Reverse(rows)] : rows;
            IDataView data = Key(View(ordered));
            TaskColumn task = TaskColumn.Binary("Grade", positive: positive);
            (TaskTable table, TaskLayout layout) = TaskTableReader.Read(data, "Features", [task]);
            CollectionAssert.AreEqual(ordered.Select(r => r.Grade == (place == 0 ? first : second) ? 1f : 0).ToArray(),
                table.Labels);
            Assert.AreEqual(place == 0 ? first : second,
                layout.Blocks[0].LabelKey!.Values.Texts[layout.Blocks[0].LabelKey!.PositiveKey - 1]);
        }
    }

    [TestMethod]
    public void Read_KeyOrTextThatDoesNotSayWhichIsPositive_IsRefused()
    {
        List<LabelRow> rows = Rows(6);
        for (int i = 0; i < 6; i++)
            rows[i].Grade = i % 2 == 0 ? "malignant" : "benign";
        foreach (IDataView data in new[] { View(rows), Key(View(rows)) })
        {
            StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => TaskTableReader.Read(data, "Features",
                [TaskColumn.Binary("Grade")])).Message, "Label column 'Grade' holds 'malignant' and 'benign', and " +
                "nothing says which is positive; give TaskColumn.Binary(\"Grade\", positive: \"benign\")");
            StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => TaskTableReader.Read(data, "Features",
                [TaskColumn.Binary("Grade", positive: "bad")])).Message, "'bad'");
        }
        CollectionAssert.AreEqual(new float[] { 1, 0, 1, 0, 1, 0 },
            Read(rows, TaskColumn.Binary("Grade", positive: "malignant")).Table.Labels);
    }

    [TestMethod]
    public void Read_IndexedBinaryText_CountsThePositiveValueAsOne()
    {
        List<LabelRow> rows = Rows(6);
        for (int i = 0; i < 6; i++)
            rows[i].Grade = i % 3 == 0 ? "malignant" : "benign";
        IDataView data = _context.Transforms.CopyColumns("Id", "Grade").Fit(View(rows)).Transform(View(rows));
        TaskTable table = TaskTableReader.Read(data, "Features",
            [TaskColumn.Indexed(TaskKind.Binary, "Grade", "Id", positive: "malignant")]).Table;
        const float missing = float.NaN;
        CollectionAssert.AreEqual(new[] { "benign", "malignant" }, table.Tasks.Select(t => t.Name).ToArray());
        CollectionAssert.AreEqual(new[] { missing, 1, 0, missing, 0, missing, missing, 1, 0, missing, 0, missing },
            table.Labels);
        Assert.AreEqual("Task column 'y' is Regression; 'malignant' can be positive only where it is Binary " +
            "(Parameter 'positive')", Assert.ThrowsExactly<ArgumentException>(
            () => TaskColumn.Indexed(TaskKind.Regression, "y", "Id", positive: "malignant")).Message);
    }

    [TestMethod]
    public void Fit_KeyLabelledBinary_PredictsItsValuesInAnyOrderOfRows()
    {
        List<LabelRow> rows = Rows(120);
        foreach (LabelRow row in rows)
            row.Grade = row.Features[0] > 0 ? "malignant" : "benign";
        TaskColumn task = TaskColumn.Binary("Grade", positive: "malignant");
        List<LabelRow>[] orders = [[.. rows.OrderBy(r => r.Grade)], [.. rows.OrderByDescending(r => r.Grade)]];
        foreach (List<LabelRow> order in orders)
        {
            IDataView data = Key(View(order));
            MultiTaskPredictionTransformer model = EstimatorContract.Verify(_context,
                _context.MultiTask().Trainers.SharedBottom(Sample.Options(task)), data,
                [("feature", "Features"), ("label", "Grade")], ["Features"]);
            IDataView scored = _context.Transforms.Conversion.MapKeyToValue("Said", "PredictedLabel.Grade")
                .Fit(model.Transform(data)).Transform(model.Transform(data));
            string[] said = [.. Sample.Column<ReadOnlyMemory<char>>(scored, "Said").Select(s => s.ToString())];
            float[] probabilities = Sample.Column<float>(scored, "Probability.Grade");
            Assert.IsGreaterThan(105, said.Zip(order).Count(p => p.First == p.Second.Grade));
            for (int i = 0; i < said.Length; i++)
                Assert.AreEqual(probabilities[i] > 0.5f ? "malignant" : "benign", said[i]);
            Assert.IsGreaterThan(0.95, _context.MultiTask().Evaluate(scored, [task]).Tasks[0].AreaUnderRocCurve);
        }
    }

    [TestMethod]
    public void Evaluate_KeysOfAnotherOrder_AreRefused()
    {
        List<LabelRow> rows = Rows(120);
        TaskColumn task = TaskColumn.Multiclass("Grade");
        IDataView train = Key(View(rows)), other = Key(View([.. Enumerable.Reverse(rows)]));
        var model = _context.MultiTask().Trainers.SharedBottom(Sample.Options(task)).Fit(train);
        _context.MultiTask().Evaluate(model.Transform(train), [task]);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() =>
            _context.MultiTask().Evaluate(model.Transform(other), [task])).Message,
            "The keys of label column 'Grade' are");
    }

    [TestMethod]
    public void Evaluate_TextClassesOfFewRows_AreTheModels()
    {
        List<LabelRow> rows = Rows(120);
        TaskColumn task = TaskColumn.Multiclass("Grade");
        var model = _context.MultiTask().Trainers.SharedBottom(Sample.Options(task)).Fit(View(rows));
        List<LabelRow> some = [.. rows.Where(r => r.Grade != "a")];
        Assert.AreEqual(some.Count,
            _context.MultiTask().Evaluate(model.Transform(View(some)), [task]).Tasks[0].ObservedCount);
        some[0].Grade = "z";
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() =>
            _context.MultiTask().Evaluate(model.Transform(View(some)), [task])).Message,
            "Label column 'Grade' holds 'z'; the classes are 'a', 'b', 'c'");
    }

    [TestMethod]
    [DataRow(0.0)]
    [DataRow(1e8)]
    [DataRow(1.7e9)]
    [DataRow(-3e15)]
    public void Read_RegressionWithAnOffset_LosesNothing(double offset)
    {
        List<LabelRow> rows = Rows(50), moved = Rows(50);
        foreach (LabelRow row in moved)
            row.Target += offset;
        TaskTable plain = Read(rows, TaskColumn.Regression("Target")).Table;
        TaskTable table = Read(moved, TaskColumn.Regression("Target")).Table;
        Assert.AreEqual(offset, table.Tasks[0].Offset, 1 + Math.Abs(plain.Labels.Average()));
        double resolution = Math.Max(1e-6, Math.BitIncrement(Math.Abs(offset)) - Math.Abs(offset));
        for (int i = 0; i < 50; i++)
            Assert.AreEqual(plain.Label(i, 0) + plain.Tasks[0].Offset,
                table.Label(i, 0) + (table.Tasks[0].Offset - offset), 2 * resolution);
    }

    [TestMethod]
    public void Fit_TargetWithAnOffset_ScoresInItsUnits()
    {
        List<LabelRow> rows = Rows(200);
        foreach (LabelRow row in rows)
            row.Target = 1e6 + row.Features[0];
        IDataView data = View(rows);
        MultiTaskPredictionTransformer model = EstimatorContract.Verify(_context, _context.MultiTask().Trainers
            .SharedBottom(Sample.Options(TaskColumn.Regression("Target"))), data, [("label", "Target")], ["Features"]);
        Assert.AreEqual(1e6, model.Model.Tasks[0].Offset, 1);
        float[] scores = Sample.Column<float>(model.Transform(data), "Score.Target");
        for (int i = 0; i < 200; i++)
            Assert.AreEqual(rows[i].Target, scores[i], 1.5);
        Assert.IsLessThan(0.3, _context.MultiTask().Evaluate(model.Transform(data), [TaskColumn.Regression("Target")])
            .Tasks[0].RootMeanSquaredError);
    }

    [TestMethod]
    public void Read_AllLabelsOfATaskHaveWeightZero_NamesTaskAndColumn()
    {
        List<LabelRow> rows = Rows(20);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Read(rows,
            TaskColumn.Binary("Yes", exampleWeightColumnName: "Nothing"), TaskColumn.Regression("Target"),
            TaskColumn.Binary("Integer", exampleWeightColumnName: "Nothing"))).Message,
            "Every label has weight 0 of task 'Yes' (column 'Nothing'), 'Integer' (column 'Nothing')");
    }

    private (TaskTable Table, TaskLayout Layout) Read(List<LabelRow> rows, params TaskColumn[] tasks) =>
        TaskTableReader.Read(View(rows), "Features", tasks);

    private IDataView View(List<LabelRow> rows) => _context.Data.LoadFromEnumerable(rows);

    private IDataView Key(IDataView data) =>
        _context.Transforms.Conversion.MapValueToKey("Grade").Fit(data).Transform(data);

    private static List<LabelRow> Rows(int count)
    {
        var random = new RandomStream(4, "labels");
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            float[] x = [(float)random.NextNormal(), (float)random.NextNormal()];
            int yes = i < 2 ? i : x[0] > 0 ? 1 : 0;
            return new LabelRow
            {
                Features = x,
                Integer = yes,
                Exact = yes,
                Yes = yes == 1 ? "Yes" : "no",
                Digit = yes.ToString(CultureInfo.InvariantCulture),
                Number = x[1].ToString("R", CultureInfo.InvariantCulture),
                Target = x[1],
                Grade = x[1] < -0.5 ? "a" : x[1] < 0.5 ? "b" : "c",
            };
        })];
    }

    private sealed class LabelRow
    {
        [VectorType(2)]
        public float[] Features { get; set; } = [];

        public int Integer { get; set; }

        public double Exact { get; set; }

        public string Yes { get; set; } = "";

        public string Digit { get; set; } = "";

        public string Number { get; set; } = "";

        public double Target { get; set; }

        public string Grade { get; set; } = "";

        public float Nothing { get; set; }
    }
}
