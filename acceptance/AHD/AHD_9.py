"""AHD-9: acceptance by command."""

import zipfile

from acceptance.about import About, Text
from acceptance.check import equal, expect
from acceptance.scene import Scene

ABOUT = About(
    procedure=Text(
        "The command tries one row on this installation and writes its report.",
        "以命令在本系统上执行一个条目并生成报告。",
    ),
    expected=Text(
        "The row passes; the report for web and Word has clause, expected, observed, evidence and a place "
        "for signatures in both languages.",
        "条目通过；网页与Word报告具有条款、预期、实测、证据与签字处，中英双语。",
    ),
    lacks=(
        Text(
            "A script for each clause (the summary says which lack one)",
            "每个条款均有脚本（汇总中列出尚缺者）",
        ),
    ),
)


ROW = "IVR-19"


async def accept(scene: Scene) -> None:
    folder = scene.folder / "report"
    folder.mkdir(exist_ok=True)
    home = str(scene.settings.home)
    said = await scene.command("accept", "--rows", ROW, "--home", home, "--report", str(folder / "report"))
    equal((said["passed"], said["failed"]), (1, []), "what the command says of one row")
    page = (folder / "report.html").read_text("utf-8")
    for words in (ROW, "条款", "Clause", "预期结果", "Expected", "实测结果", "Observed", "签字", "Signature"):
        expect(words in page, f"the report has “{words}”")
    document = (folder / "report.docx").read_bytes()
    names = zipfile.ZipFile(folder / "report.docx").namelist()
    expect("word/document.xml" in names, "the Word document can be opened", names)
    evidence = sorted(file.name for file in (folder / "report-evidence" / ROW).iterdir())
    expect(any(name.endswith(".mp3") for name in evidence), "the evidence has what was heard", evidence)
    scene.keeps_file("report.html", page.encode(), "The report of one row", "单项报告（网页）")
    scene.keeps_file("report.docx", document, "The report of one row in Word", "单项报告（Word）")
    scene.saw(
        f"{ROW} tried by command, reported for web and Word with {len(evidence)} pieces of evidence",
        f"命令执行 {ROW}，生成网页与Word报告，证据 {len(evidence)} 件",
    )
