// What the driver can be asked, besides what stands in driver.cc.

#ifndef SHOPCAM_TESTS_CAMERA_MODES_H_
#define SHOPCAM_TESTS_CAMERA_MODES_H_

// driver_recognition.cc
void BlackToWhite();
void Script();
void Replay();

// driver_app.cc
void Histories();
void Attend();
void Meter();
void Pace();
void Npy();

#endif  // SHOPCAM_TESTS_CAMERA_MODES_H_
