"""Mistakes that the check of the shell has to find.

Each has the file of the shell, what stands in it once, what to write instead,
and what clang says then.
"""

MISTAKES = {
    "a misspelt selector": (
        "CameraCapture.mm",
        "[self.session startRunning]",
        "[self.session startRuning]",
        "startRuning",
    ),
    "a wrong argument": (
        "CameraCapture.mm",
        "canAddOutput:output",
        "canAddOutput:_session",
        "cannot initialize a parameter",
    ),
    "a class that does not exist": (
        "CameraCapture.mm",
        "[[AVCaptureVideoDataOutput alloc] init]",
        "[[AVCaptureStillImageOutput alloc] init]",
        "AVCaptureStillImageOutput",
    ),
    "a missing permission": (
        "CameraCapture.mm",
        "    case AVAuthorizationStatusRestricted:\n",
        "",
        "not handled in switch",
    ),
    "a missing camera state": (
        "CameraMessages.mm",
        "    case CameraStateRestricted:\n",
        "",
        "not handled in switch",
    ),
    "a missing thermal state": (
        "DeviceWatch.mm",
        "    case NSProcessInfoThermalStateCritical:\n",
        "",
        "not handled in switch",
    ),
    "an unknown notification": (
        "DeviceWatch.mm",
        "UISceneDidEnterBackgroundNotification",
        "UISceneDidEnterBackGroundNotification",
        "UISceneDidEnterBackGroundNotification",
    ),
    "an unknown method to call back": (
        "DeviceWatch.mm",
        "@selector(sceneLeft:)",
        "@selector(sceneGone:)",
        "undeclared selector",
    ),
    "an API newer than the oldest iOS": (
        "CaptureOrientation.mm",
        "if (@available(iOS 17.0, *)) {",
        "{",
        "only available on iOS 17.0 or newer",
    ),
    "a number for an address": (
        "Links.mm",
        "initWithURL:url",
        "initWithURL:@3",
        "cannot initialize a parameter",
    ),
    "a camera that may be nil": (
        "CameraCapture.mm",
        "deviceInputWithDevice:device error",
        "deviceInputWithDevice:self.device error",
        "nullable",
    ),
    "the wrong window": (
        "SceneDelegate.mm",
        "initWithWindowScene:(UIWindowScene*)scene",
        "initWithFrame:scene",
        "no viable conversion",
    ),
    "a message to the wrong view": (
        "ResultView.mm",
        "[weakSelf shopTapped]",
        "[_shopButton shopTapped]",
        "shopTapped",
    ),
    "a block that keeps its owner": (
        "LiveView.mm",
        "[weakSelf cancelTask];",
        "[_task removeFromSuperview];",
        "implicitly retains 'self'",
    ),
    "a format that does not fit": (
        "ThumbnailsView.mm",
        "static_cast<unsigned long>(i + 1)",
        "self",
        "format",
    ),
    "a remedy of another enumeration": (
        "CameraMessages.mm",
        "message.remedy = remedy;",
        "message.remedy = CameraStateDenied;",
        "CameraState",
    ),
    "a place for a number": (
        "HistoryViewController.mm",
        "static_cast<size_t>(indexPath.row)",
        "indexPath",
        "indexPath",
    ),
    "a picker's result of another class": (
        "PicturePicker.mm",
        "results[i].itemProvider",
        "results[i].assetProvider",
        "assetProvider",
    ),
    "a sheet without detents": (
        "Screens.mm",
        "place.prefersGrabberVisible",
        "place.prefersGrabber",
        "prefersGrabber",
    ),
    "a field of another structure": (
        "Diagnostics.mm",
        "info.phys_footprint",
        "info.physical_footprint",
        "physical_footprint",
    ),
    "an assertion about nothing": (
        "ParityTests.mm",
        "XCTAssertNotNil(probes,",
        "XCTAssertNotNil(probe,",
        "probe",
    ),
}
