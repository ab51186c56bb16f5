using MLNet.MultiTask.Data;

namespace MLNet.MultiTask.Tests.Data;

[TestClass]
public sealed class DateTextsTests
{
    [TestMethod]
    [DataRow("2024-01-31")]
    [DataRow("2024/1/5")]
    [DataRow("31.1.2024")]
    [DataRow("1/31/2024")]
    [DataRow("1/31/24")]
    [DataRow("31.01.24")]
    [DataRow("31-Jan-2024")]
    [DataRow("5 March 2024")]
    [DataRow("January 31, 2024")]
    [DataRow("23:59")]
    [DataRow("11:59:30 pm")]
    [DataRow("2024-01-31 23:59:59.999")]
    [DataRow("2024-01-31T23:59:59Z")]
    [DataRow("2024-01-31T23:59+01:00")]
    [DataRow(" 1/31/2024 11:59 AM ")]
    public void Has_DateOrTime_IsTrue(string text) => Assert.IsTrue(DateTexts.Has(text));

    [TestMethod]
    [DataRow("")]
    [DataRow("2024")]
    [DataRow("20240131")]
    [DataRow("2024-13-01")]
    [DataRow("2024-01/31")]
    [DataRow("10-20")]
    [DataRow("1/2")]
    [DataRow("1.2.10")]
    [DataRow("192.168.10.11")]
    [DataRow("May")]
    [DataRow("25:10")]
    [DataRow("May 5 at noon")]
    public void Has_AnythingElse_IsFalse(string text) => Assert.IsFalse(DateTexts.Has(text));

    // Every day of 60 years as .NET writes it in cultures of all orders.
    [TestMethod]
    [DataRow("yyyy-MM-dd")]
    [DataRow("yyyy-MM-ddTHH:mm:ss.fffK")]
    [DataRow("M/d/yyyy h:mm:ss tt")]
    [DataRow("dd.MM.yyyy HH:mm")]
    [DataRow("d-MMM-yyyy")]
    [DataRow("d MMMM yyyy")]
    [DataRow("MMM d, yyyy")]
    [DataRow("H:mm")]
    public void Has_EveryDay_IsTrue(string format)
    {
        var day = new DateTime(1980, 1, 1, 0, 7, 3, DateTimeKind.Utc);
        for (int i = 0; i < 60 * 365; i++, day = day.AddHours(25))
        {
            string text = day.ToString(format, System.Globalization.CultureInfo.InvariantCulture);
            Assert.IsTrue(DateTexts.Has(text), text);
        }
    }
}
