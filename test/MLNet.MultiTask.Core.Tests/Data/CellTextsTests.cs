using MLNet.MultiTask.Data;

namespace MLNet.MultiTask.Tests.Data;

[TestClass]
public sealed class CellTextsTests
{
    [TestMethod]
    [DataRow("1,5", "a decimal comma")]
    [DataRow("-0,1234", "a decimal comma")]
    [DataRow("12 %", "a percent sign")]
    [DataRow("3.5%", "a percent sign")]
    [DataRow("€ 20", "a currency sign")]
    [DataRow("$1,200.50", "a currency sign")]
    [DataRow("1,234.5", "thousands separators")]
    [DataRow("1.234,5", "thousands separators")]
    [DataRow("1'234'567", "thousands separators")]
    [DataRow("12 345", "thousands separators")]
    [DataRow("1234.5", null)]
    [DataRow("(1.50)", "parentheses for a minus")]
    [DataRow("\u22121.5", "a minus sign that is no hyphen")]
    [DataRow("(a)", null)]
    [DataRow("Paris", null)]
    [DataRow("10-20", null)]
    [DataRow("", null)]
    public void NotationOf_Text_NamesWhatIsSpecial(string text, string? notation) =>
        Assert.AreEqual(notation, CellTexts.NotationOf(text));

    [TestMethod]
    [DataRow("12.5 kg", "kg")]
    [DataRow("-3m/s", "m/s")]
    [DataRow("1,5 °C", "°C")]
    [DataRow("kg", null)]
    [DataRow("12.5", null)]
    [DataRow("A4", null)]
    public void UnitOf_Text_IsWhatFollowsTheNumber(string text, string? unit) =>
        Assert.AreEqual(unit, CellTexts.UnitOf(text));

    [TestMethod]
    [DataRow("no", "yes", 1)]
    [DataRow("Yes", "NO", 0)]
    [DataRow("-1", "1", 1)]
    [DataRow("1", "0", 0)]
    [DataRow("1", "2", null)]
    [DataRow("yes", "true", null)]
    [DataRow("cat", "dog", null)]
    public void PlaceOfYes_TwoTexts_FindsIt(string first, string second, int? place) =>
        Assert.AreEqual(place, CellTexts.PlaceOfYes(first, second));

    [TestMethod]
    [DataRow("1.5", false, 1.5)]
    [DataRow("1,5", true, 1.5)]
    [DataRow("1e3", false, 1000.0)]
    public void TryNumber_Number_IsRead(string text, bool decimalComma, double expected)
    {
        Assert.IsTrue(CellTexts.TryNumber(text, decimalComma, out double number));
        Assert.AreEqual(expected, number);
    }

    [TestMethod]
    [DataRow("1,5", false)]
    [DataRow("1.5", true)]
    [DataRow("1e999", false)]
    [DataRow("Infinity", false)]
    [DataRow("NaN", false)]
    [DataRow("x", false)]
    public void TryNumber_NoFiniteNumber_IsRefused(string text, bool decimalComma) =>
        Assert.IsFalse(CellTexts.TryNumber(text, decimalComma, out _));
}
