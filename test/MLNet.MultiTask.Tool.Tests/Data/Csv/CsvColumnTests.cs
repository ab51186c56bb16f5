using System.Globalization;
using System.Text;
using MLNet.MultiTask.Data;
using MLNet.MultiTask.Tool.Data.Csv;

namespace MLNet.MultiTask.Tool.Tests.Data.Csv;

[TestClass]
public sealed class CsvColumnTests
{
    [TestMethod]
    [DataRow(10, false)]
    [DataRow(5000, false)]
    [DataRow(70_000, false)]
    [DataRow(70_000, true)]
    public void Add_ManyCells_GivesEachRowItsOwn(int different, bool keepTexts)
    {
        var random = new RandomStream(1, "cells");
        string[] cells = [.. Enumerable.Range(0, 200_000).Select(i => i % 1000 == 7 ? "NA" : i == 150_000 ? "bad" :
            (random.NextInt32(different) / 8.0).ToString(CultureInfo.InvariantCulture))];
        CsvColumn column = Column(keepTexts, cells);

        Assert.AreEqual(keepTexts || different < 4096, column.HasTexts);
        for (int row = 0; row < cells.Length; row++)
        {
            bool isNumber = column.TryNumber(row, out double number);
            Assert.AreEqual(row != 150_000, isNumber, cells[row]);
            if (cells[row] == "NA")
                Assert.IsTrue(double.IsNaN(number) && column.IsMissingAt(row));
            else if (isNumber)
                Assert.AreEqual(double.Parse(cells[row], CultureInfo.InvariantCulture), number);
        }
        Assert.AreEqual("bad", column.Text(150_000));
    }

    [TestMethod]
    public void Add_DifferentTexts_KeepsEveryOne()
    {
        string[] cells = [.. Enumerable.Range(0, 70_000).Select(i => $"user {i * 7919L % 70_000}")];
        CsvColumn column = Column(false, cells);
        CollectionAssert.AreEqual(cells, Enumerable.Range(0, cells.Length).Select(column.Text).ToArray());
        Assert.AreEqual(70_000, column.ValueCount);
    }

    [TestMethod]
    public void TryParse_NumbersOfAllKinds_AreThoseOfTheFramework()
    {
        var random = new RandomStream(2, "numbers");
        IEnumerable<string> texts = Enumerable.Range(0, 20_000).Select(i => (i % 4) switch
        {
            0 => random.NextNormal().ToString("F4", CultureInfo.InvariantCulture),
            1 => random.NextNormal().ToString("R", CultureInfo.InvariantCulture),
            2 => (random.NextNormal() * 1e20).ToString("E6", CultureInfo.InvariantCulture),
            _ => random.NextInt32(int.MaxValue).ToString(CultureInfo.InvariantCulture),
        }).Concat(["+5", "-0", ".5", "5.", "1e3", "000000000000001", "9007199254740993", "0.1", "1234567890.12345"]);
        foreach (string text in texts)
        {
            Assert.IsTrue(CsvNumber.TryParse(Encoding.UTF8.GetBytes(text), (byte)'.', out double number), text);
            Assert.AreEqual(double.Parse(text, CultureInfo.InvariantCulture), number, text);
        }
        foreach (string text in new[] { "", "-", ".", "1,5", "1.2.3", "x", "Infinity", "NaN", "1e999", "0x1", "1_000" })
            Assert.IsFalse(CsvNumber.TryParse(Encoding.UTF8.GetBytes(text), (byte)'.', out _), text);
    }

    [TestMethod]
    public void TryParse_DecimalComma_IsRead()
    {
        foreach ((string text, double value) in new[] { ("0,5", 0.5), ("-1,25e3", -1250), ("7", 7.0) })
        {
            Assert.IsTrue(CsvNumber.TryParse(Encoding.UTF8.GetBytes(text), (byte)',', out double number), text);
            Assert.AreEqual(value, number);
        }
        Assert.IsFalse(CsvNumber.TryParse("1.5"u8, (byte)',', out _));
    }

    [TestMethod]
    [DataRow(false), DataRow(true)]
    public void TryParse_AnyText_IsANumberWhereItIsOneInAPipeline(bool decimalComma)
    {
        var random = new RandomStream(3, "texts");
        const string letters = "+-.,eE0123456789015x%";
        int numbers = 0;
        for (int i = 0; i < 50_000; i++)
        {
            string text = string.Concat(Enumerable.Range(0, 1 + random.NextInt32(6))
                .Select(_ => letters[random.NextInt32(letters.Length)]));
            bool expected = CellTexts.TryNumber(text, decimalComma, out double value);
            bool actual = CsvNumber.TryParse(Encoding.UTF8.GetBytes(text), (byte)(decimalComma ? ',' : '.'),
                out double number);
            Assert.AreEqual(expected, actual, text);
            Assert.AreEqual(expected ? value : 0, actual ? number : 0, text);
            numbers += expected ? 1 : 0;
        }
        Assert.IsGreaterThan(5000, numbers);
    }

    private static CsvColumn Column(bool keepTexts, string[] cells)
    {
        var column = new CsvColumn("x", new CsvFormat(), keepTexts);
        for (int row = 0; row < cells.Length; row++)
            column.Add(Encoding.UTF8.GetBytes(cells[row]), row);
        return column;
    }
}
